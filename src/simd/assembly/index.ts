export { countBoth } from './count'
export { packBytes, packFloats } from './pack'
export { thin, thinWork } from './thin'
export { diagonalLinks, scanSkeleton, straightLinks } from './skeleton'
export { componentCount, componentForest, forestWork, nodeCount } from './components'

/** The first address that the kernel has nothing of its own at. */
export function heapBase(): usize {
  return __heap_base
}
