/** What a camera takes: 96×96 pixels, row by row, each as 16 bits big-endian: red 5, green 6, blue 5. */
const imageSide = 96
export const imageBytes = imageSide * imageSide * 2

/** One pixel; each colour 0…255, of which the lower 3, 2 and 3 bits are lost. */
export function packPixel(red: number, green: number, blue: number): number {
  return ((red & 0xf8) << 8) | ((green & 0xfc) << 3) | (blue >>> 3)
}

/** An image of packed pixels. Throws a `RangeError` where there are not 96×96 of them. */
export function encodeImage(pixels: Uint16Array): Uint8Array {
  if (pixels.length * 2 !== imageBytes)
    throw new RangeError(`an image has ${imageBytes / 2} pixels, not ${pixels.length}`)
  const bytes = new Uint8Array(imageBytes)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < pixels.length; i++) view.setUint16(i * 2, pixels[i] as number)
  return bytes
}
