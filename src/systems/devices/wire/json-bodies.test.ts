import { describe, expect, it } from 'vitest'
import { encodeImage, imageBytes, packPixel } from './image.ts'
import {
  decisionReply,
  encodeRegistration,
  parseDecisionReply,
  parseRegistration,
  parseRegistrationReply,
  parseResultReply,
  registrationReply,
  resultReply,
} from './json-bodies.ts'

describe('a registration', () => {
  it('is written as devices write it', () => {
    expect(encodeRegistration({ clientId: 'a1b2c3d4' })).toBe('{"client_id":"a1b2c3d4"}')
    expect(encodeRegistration({ clientId: 'd', capabilities: { memoryKb: 256, cameraPixels: 96 } })).toBe(
      '{"client_id":"d","capabilities":{"memory_kb":256,"camera_pixels":96}}',
    )
  })

  it('is read with what is known of the device', () => {
    expect(parseRegistration('{"client_id":"d","firmware":2}')).toEqual({ clientId: 'd' })
    expect(parseRegistration('{"client_id":"d","capabilities":{"memory_kb":256,"cpu_mhz":null,"x":1}}')).toEqual({
      clientId: 'd',
      capabilities: { memoryKb: 256 },
    })
  })

  it.each([
    '',
    'null',
    '[]',
    '"d"',
    '{"client_id":7}',
    '{"client_id":"d","capabilities":{"cpu_mhz":-1}}',
    '{"client_id":"d","capabilities":{"cpu_mhz":"fast"}}',
    '{"client_id":"d","capabilities":[]}',
  ])('is none: %s', (text) => expect(parseRegistration(text)).toBeUndefined())
})

describe('a reply', () => {
  it('is written as servers write it', () => {
    expect(registrationReply({ clientId: 'd', modelName: 'm' })).toEqual({
      message: 'Success',
      client_id: 'd',
      model_name: 'm',
    })
    expect(decisionReply({ layerIndex: 58 })).toEqual({ offloading_layer_index: 58 })
    expect(decisionReply({ layerIndex: -1, modelName: 'm', suggestedModel: 'n' })).toEqual({
      offloading_layer_index: -1,
      model_name: 'm',
      suggested_model: 'n',
    })
    expect(resultReply({ transferSeconds: 0.5, transferClamped: true })).toEqual({
      message: 'Success',
      transfer_seconds: 0.5,
      transfer_clamped: true,
    })
  })

  it('is read whether or not the server says more than it must', () => {
    expect(parseRegistrationReply('{"message":"ok","client_id":"d","model_name":"m","x":1}')).toEqual({
      clientId: 'd',
      modelName: 'm',
    })
    expect(parseDecisionReply('{"offloading_layer_index":-1}')).toEqual({ layerIndex: -1 })
    expect(parseDecisionReply('{"offloading_layer_index":3,"model_name":"m","suggested_model":"n"}')).toEqual({
      layerIndex: 3,
      modelName: 'm',
      suggestedModel: 'n',
    })
    expect(parseResultReply('{"message":"Success"}')).toEqual({})
    expect(parseResultReply('{"message":"Success","transfer_seconds":-1,"transfer_clamped":true}')).toEqual({
      transferSeconds: -1,
      transferClamped: true,
    })
  })

  it.each(['', '[]', '{}', '{"client_id":"d"}', '{"model_name":"m","client_id":null}'])(
    'registers nobody: %s',
    (text) => expect(parseRegistrationReply(text)).toBeUndefined(),
  )

  it.each(['{', '{"offloading_layer_index":"3"}', '{"offloading_layer_index":1.5}', '{"offloading_layer_index":-2}'])(
    'decides nothing: %s',
    (text) => expect(parseDecisionReply(text)).toBeUndefined(),
  )

  it.each(['', '{"message":"Error"}', '{}'])('accepts nothing: %s', (text) =>
    expect(parseResultReply(text)).toBeUndefined(),
  )
})

describe('an image', () => {
  it('has its pixels as RGB565, high byte first', () => {
    const pixels = new Uint16Array(96 * 96)
    pixels[0] = packPixel(255, 0, 0)
    pixels[1] = packPixel(0, 255, 0)
    pixels[95 * 96 + 95] = packPixel(8, 4, 255)
    const bytes = Buffer.from(encodeImage(pixels))
    expect(bytes.length).toBe(18_432)
    expect(imageBytes).toBe(18_432)
    expect(bytes.subarray(0, 4).toString('hex')).toBe('f80007e0')
    expect(bytes.subarray(-2).toString('hex')).toBe('083f')
  })

  it('of another size is refused', () => expect(() => encodeImage(new Uint16Array(95 * 96))).toThrow(RangeError))
})
