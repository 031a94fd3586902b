/**
 * An array in the format of NumPy's `save`: version 1.0, in the order of C.
 *
 * @param shape - its product is the number of values
 */
export function encodeNumpy(
  values: Float32Array | Uint8Array,
  shape: readonly number[],
): Uint8Array {
  if (shape.reduce((product, size) => product * size, 1) !== values.length) {
    throw new RangeError(`expected values of the shape [${shape}], got ${values.length} of them`)
  }
  const kind = values instanceof Float32Array ? '<f4' : '|u1'
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const header = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`
  // Values begin at a multiple of 64, after spaces and a line end.
  const before = 10
  const length = Math.ceil((before + header.length + 1) / 64) * 64 - before
  const file = new Uint8Array(before + length + values.byteLength)
  file.set(Buffer.from('\x93NUMPY\x01\x00', 'latin1'))
  new DataView(file.buffer).setUint16(8, length, true)
  file.set(Buffer.from(`${header.padEnd(length - 1)}\n`, 'latin1'), before)
  const target = file.subarray(before + length)
  if (values instanceof Uint8Array) target.set(values)
  else {
    // Little-endian on every machine.
    const view = new DataView(target.buffer, target.byteOffset)
    for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true)
  }
  return file
}
