import * as tf from '@tensorflow/tfjs'

/**
 * Which adapters are merged into the kernels of one model. It keeps the kernels as they were before
 * the first merge, and the change of each adapter, so that any of them can go in any order: what is
 * left are the bits that the others alone would have given.
 */
export class KernelMerges {
  readonly #weights: ReadonlyMap<string, tf.Variable>
  /** Kernels before any merge, by module. */
  readonly #own = new Map<string, tf.Tensor>()
  /** The changes by module of each adapter, in the order of merging. */
  readonly #changes = new Map<object, ReadonlyMap<string, tf.Tensor>>()
  /** Identity of the data that the last merge gave each kernel. */
  readonly #given = new Map<string, object>()

  /** @param weights - of the model; the kernel of a module is under `<module>.weight` */
  constructor(weights: ReadonlyMap<string, tf.Variable>) {
    this.#weights = weights
  }

  /** How many adapters are merged. */
  get count(): number {
    return this.#changes.size
  }

  has(adapter: object): boolean {
    return this.#changes.has(adapter)
  }

  /**
   * The kernel of a module as it is now.
   *
   * @throws Error when the model has none
   */
  kernel(module: string): tf.Variable {
    const found = this.#weights.get(`${module}.weight`)
    if (!found) throw new Error(`the model has no module ${module}: the adapter is another model's`)
    return found
  }

  /** Merges changes, [in, out] by module, which belong to this object from now on. */
  add(adapter: object, changes: ReadonlyMap<string, tf.Tensor>): void {
    this.#changes.set(adapter, changes)
    for (const [module, change] of changes) {
      const kernel = this.kernel(module)
      if (!this.#own.has(module)) this.#own.set(module, tf.keep(tf.clone(kernel)))
      this.#assign(module, () => tf.add(kernel, change))
    }
  }

  /**
   * Takes the changes of an adapter out again.
   *
   * @throws Error when it is not merged, or a kernel was changed by something else since: its values
   * would be lost
   */
  remove(adapter: object): void {
    const changes = this.#changes.get(adapter)
    if (!changes) throw new Error('the adapter is not merged into this model')
    for (const module of changes.keys()) {
      if (dataOf(this.kernel(module)) === this.#given.get(module)) continue
      throw new Error(`the kernel of ${module} was changed since the adapter was merged`)
    }
    this.#changes.delete(adapter)
    for (const [module, change] of changes) {
      change.dispose()
      this.#restore(module)
    }
  }

  dispose(): void {
    for (const changes of this.#changes.values()) tf.dispose([...changes.values()])
    tf.dispose([...this.#own.values()])
    this.#changes.clear()
    this.#own.clear()
    this.#given.clear()
  }

  /** The kernel with the changes that are left, added in the order of merging. */
  #restore(module: string): void {
    const own = this.#own.get(module) as tf.Tensor
    const left = [...this.#changes.values()].flatMap((changes) => changes.get(module) ?? [])
    if (left.length > 0) {
      this.#assign(module, () => left.reduce((sum, change) => tf.add(sum, change), own))
      return
    }
    this.kernel(module).assign(own)
    own.dispose()
    this.#own.delete(module)
    this.#given.delete(module)
  }

  #assign(module: string, sum: () => tf.Tensor): void {
    const kernel = this.kernel(module)
    tf.tidy(() => {
      kernel.assign(sum())
    })
    this.#given.set(module, dataOf(kernel))
  }
}

/** `assign` replaces the data of a variable as a whole, and so this object. */
function dataOf(kernel: tf.Variable): object {
  return kernel.dataId
}
