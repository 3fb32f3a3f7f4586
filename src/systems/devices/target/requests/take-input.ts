import { HttpError } from '../../../../targets/http-error.ts'
import type { HttpRequest } from '../../../../targets/start-http-server.ts'
import { imageBytes } from '../../wire/image.ts'
import { successReply } from '../../wire/json-bodies.ts'
import type { DevicesServer } from '../devices-server.ts'
import { digestBody } from '../fleet/device.ts'
import type { Answered } from './answered.ts'
import { requireClientId, requireDevice } from './find-device.ts'

/** Takes a device's image. */
export async function takeInput(server: DevicesServer, request: HttpRequest): Promise<Answered> {
  const device = requireDevice(server, requireClientId(request))
  const image = await request.readBody()
  if (image.length !== imageBytes) {
    const message = `an image has ${imageBytes} bytes, and this one ${image.length}`
    throw new HttpError(400, 'wrong-image-size', message, { expected: imageBytes, received: image.length })
  }
  device.inputs++
  device.lastInput = digestBody(image)
  server.shared.lastInput = device.lastInput
  return { device, body: successReply }
}
