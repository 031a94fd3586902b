import * as tf from '@tensorflow/tfjs'

/**
 * A skeleton that gradients pass through: what an opening takes away from the maps, after 0, 1, …
 * erosions. A pixel stays where it is as bright as the ridge that it lies on.
 *
 * @param maps - images × rows × columns, 0 to 1
 * @param erosions - at least the largest half-width of a vessel in pixels, rounded up
 *
 * Source: S. Shit et al., "clDice: a novel topology-preserving loss function for tubular structure
 * segmentation", CVPR 2021, algorithm 1.
 */
export function softSkeleton(maps: tf.Tensor3D, erosions: number): tf.Tensor3D {
  let eroded = maps
  let skeleton = ridges(eroded)
  for (let i = 0; i < erosions; i++) {
    eroded = erode(eroded)
    const ridge = ridges(eroded)
    // What is in the skeleton already is not added once more.
    skeleton = tf.add(skeleton, tf.relu(tf.sub(ridge, tf.mul(skeleton, ridge))))
  }
  return skeleton
}

/** What an opening takes away. */
function ridges(maps: tf.Tensor3D): tf.Tensor3D {
  return tf.relu(tf.sub(maps, dilate(erode(maps))))
}

/** The least of a pixel and its four neighbours. */
function erode(maps: tf.Tensor3D): tf.Tensor3D {
  return tf.minimum(extreme(maps, 1, tf.minimum, 1), extreme(maps, 2, tf.minimum, 1))
}

/** The greatest of a pixel and its eight neighbours. */
function dilate(maps: tf.Tensor3D): tf.Tensor3D {
  return extreme(extreme(maps, 1, tf.maximum, 0), 2, tf.maximum, 0)
}

/**
 * The least or greatest of each three values in a row along an axis. Of slices rather than by
 * pooling, whose gradient some backends do not have.
 *
 * @param beyond - taken for what lies beyond the border, so that it does not count
 */
function extreme(
  maps: tf.Tensor3D,
  axis: 1 | 2,
  of: typeof tf.minimum,
  beyond: 0 | 1,
): tf.Tensor3D {
  const margins: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ]
  margins[axis] = [1, 1]
  const padded = tf.pad(maps, margins, beyond)
  const shifted = (by: number) => {
    const begin = [0, 0, 0]
    begin[axis] = by
    return tf.slice(padded, begin, maps.shape)
  }
  return of(of(shifted(0), maps), shifted(2)) as tf.Tensor3D
}
