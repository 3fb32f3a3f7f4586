import { z } from 'zod'

/** One layer of a model, as the decision needs it. */
export interface ModelLayer {
  /** Size of what the layer gives, as float32: what a device sends when it stops after this layer. */
  readonly outputBytes: number
  /** Nominal seconds on a device: what a server takes for a layer that the device has never reported. */
  readonly deviceSeconds: number
  /** Seconds on the edge. */
  readonly edgeSeconds: number
}

/** What a device needs for a model. */
export interface ModelNeeds {
  readonly memoryKb: number
  readonly cpuMhz: number
  /** Pixels along the shorter side of its camera. */
  readonly cameraPixels: number
}

/** A model is data: server and devices know the same table. */
export interface DeviceModel {
  readonly name: string
  readonly inputBytes: number
  readonly needs: ModelNeeds
  readonly layers: readonly ModelLayer[]
}

/** Layers of the models that come built in: indexes 0…58. */
export const builtInLayerCount = 59

/**
 * Three widths of one network in the manner of FOMO (MobileNetV2 cut off at an eighth of the input): a stem, 19 blocks
 * of three layers (expand by 3, filter, project back), and a head. Sizes follow from that shape; times are nominal and
 * grow with the size: 400 ns per byte on a device and 40 ns on the edge.
 */
export const builtInModels: readonly DeviceModel[] = [
  buildModel('fomo_96x96', [2, 4, 8], { memoryKb: 512, cpuMhz: 240, cameraPixels: 96 }),
  buildModel('fomo_96x96_lite', [1, 2, 4], { memoryKb: 256, cpuMhz: 120, cameraPixels: 96 }),
  buildModel('fomo_96x96_micro', [1, 1, 2], { memoryKb: 0, cpuMhz: 0, cameraPixels: 0 }),
]

function buildModel(name: string, widths: readonly [number, number, number], needs: ModelNeeds): DeviceModel {
  const stage = (blocks: number, side: number, width: number) =>
    Array.from({ length: blocks }, () => [3, 3, 1].map((factor) => side * side * width * factor)).flat()
  const values = [
    48 * 48 * widths[0],
    ...stage(3, 48, widths[0]),
    ...stage(6, 24, widths[1]),
    ...stage(10, 12, widths[2]),
    12 * 12 * 2,
  ]
  const layers = values.map((count) => {
    const outputBytes = count * 4
    return { outputBytes, deviceSeconds: outputBytes * 400e-9, edgeSeconds: outputBytes * 40e-9 }
  })
  return { name, inputBytes: 96 * 96 * 2, needs, layers }
}

const seconds = z.number().min(0).max(1000)
const amount = z.number().min(0).default(0)

const model = z.strictObject({
  name: z.string().min(1).max(60),
  inputBytes: z
    .int()
    .min(1)
    .default(96 * 96 * 2),
  needs: z.strictObject({ memoryKb: amount, cpuMhz: amount, cameraPixels: amount }).prefault({}),
  layers: z
    .array(
      z.strictObject({
        outputBytes: z.int().min(4).multipleOf(4),
        deviceSeconds: seconds,
        edgeSeconds: seconds,
      }),
    )
    .min(2)
    .max(1000),
})

/** For `params` and for the server's `settings`: the built-in models, or a list that takes their place. */
export const modelList = z.array(model).min(1).max(100).optional()

/** The models that a document means. */
export const chooseModels = (given: z.output<typeof modelList>): readonly DeviceModel[] => given ?? builtInModels

/** Whether names tell the models apart. */
export const haveDistinctNames = (models: readonly { readonly name: string }[] = []) =>
  new Set(models.map(({ name }) => name)).size === models.length
