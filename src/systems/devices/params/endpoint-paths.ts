import { z } from 'zod'

const path = z.string().regex(/^\/[A-Za-z0-9/_.-]*$/, 'expected a path such as /registration')

/** The paths of the four requests below the base path, for `params` and for the server's `settings` alike. */
export const endpointPaths = z
  .strictObject({
    registration: path.default('/registration'),
    deviceInput: path.default('/device_input'),
    offloadingLayer: path.default('/offloading_layer'),
    deviceInferenceResult: path.default('/device_inference_result'),
  })
  .prefault({})
