import { mix32 } from '../../../core/hash.ts'

/** 96 × 96 pixels of two bytes. */
const imageBytes = 96 * 96 * 2

/** Noise of which every image is a section, so that an image costs no more than a copy. */
const noise = createNoise()

function createNoise(): Buffer {
  const bytes = Buffer.alloc(2 * imageBytes)
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(mix32(at), at)
  return bytes
}

/** What a device's camera sees: its own section of the noise, with a marker in the first pixels. */
export function paintImage(client: number, marker: string): Buffer {
  const from = (client * 2) % imageBytes
  const pixels = Buffer.from(noise.subarray(from, from + imageBytes))
  pixels.write(marker, 'latin1')
  return pixels
}
