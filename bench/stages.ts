import type { BitMask, MaskLike } from '../src/index.ts'
import type { MaskSet } from './inputs.ts'
import type { Library } from './library.ts'
import { type Contestant, inProcess, type Race } from './measure.ts'
import { PACK_FORMS, packForms } from './pack-forms.ts'
import type { Group } from './peers/peer.ts'

/** A stage of this library on one set of masks. */
export interface Stage extends Contestant {
  /** What a peer must agree with on one pair: the result, or more than that. */
  check(i: number): unknown
  /** A yardstick of memory, not work of the library. */
  isCopy?: boolean
}

/** Groups whose stages are calls on masks in memory. */
export type InMemory = Exclude<Group, 'workers' | 'folders'>

/** The stages of a group, and the quotients among them that are worth knowing. */
export interface StageGroup {
  stages: Stage[]
  ratios: Race['ratios']
}

/** The names under which copying the bytes of masks takes part. */
const COPY_BOTH = 'memcpy of both masks'
const COPY_ONE = 'memcpy of the mask'

/** The stages of a group by name, as functions of the index of a pair. */
type Calls = Record<string, (i: number) => unknown>

export function stagesOf(group: InMemory, library: Library, set: MaskSet): StageGroup {
  const inputs = set.preds.length
  const stages = Object.entries(CALLS[group](library, set)).map(
    ([name, call]): Stage => ({
      ...inProcess(name, inputs, call),
      check: call,
      isCopy: name === COPY_BOTH || name === COPY_ONE,
    }),
  )
  if (group === 'reward') {
    stages[0].check = bothRewards(library, set)
    stages.push(batch(library, set))
  }
  return { stages, ratios: RATIOS[group] ?? [] }
}

const RATIOS: Partial<Record<Group, Race['ratios']>> = {
  reward: [{ name: 'reward in copies', over: 'reward', under: COPY_BOTH }],
  pack: [{ name: 'pack 0/1 bytes in copies', over: 'pack 0/1 bytes', under: COPY_ONE }],
}

const CALLS: Record<InMemory, (library: Library, set: MaskSet) => Calls> = {
  reward(library, set) {
    const { score } = new library.MultiObjectiveReward()
    const { preds, truths } = raw(set)
    const packed = truths.map((truth) => library.BitMask.from(truth))
    const [a, b] = [new Uint8Array(set.preds[0].length), new Uint8Array(set.preds[0].length)]
    return {
      reward: (i) => score(preds[i], packed[i]),
      'reward, truth not cached': (i) => score(preds[i], truths[i]),
      [COPY_BOTH]: (i) => {
        a.set(set.preds[i])
        b.set(set.truths[i])
        return a[i] + b[i]
      },
    }
  },

  thinning(library, set) {
    const { skeletonize } = library
    const { preds } = raw(set)
    const mask = packedPreds(library, set)
    return {
      'thin skimage': (i) => skeletonize(mask(i)),
      'thin zhang-suen': (i) => skeletonize(mask(i), { method: 'zhang-suen' }),
      'thin guo-hall': (i) => skeletonize(mask(i), { method: 'guo-hall' }),
      'thin skimage, from bytes': (i) => skeletonize(preds[i]),
    }
  },

  components(library, set) {
    const { label, countComponents } = library
    const { preds } = raw(set)
    const mask = packedPreds(library, set)
    const out = new Int32Array(set.preds[0].length)
    return {
      'label map': (i) => label(mask(i), { out }),
      'label map, new array': (i) => label(mask(i)),
      'component count': (i) => countComponents(mask(i)),
      'label map, from bytes': (i) => label(preds[i], { out }),
      'component count, from bytes': (i) => countComponents(preds[i]),
    }
  },

  skeleton(library, set) {
    const { countJunctions, countComponents, skeletonLength, skeletonize } = library
    const skeletons = raw(set).preds.map((pred) => skeletonize(pred))
    const skeleton = (i: number) => renewed(library, skeletons[i])
    return {
      junctions: (i) => countJunctions(skeleton(i)),
      length: (i) => skeletonLength(skeleton(i)),
      'component count of the skeleton': (i) => countComponents(skeleton(i)),
    }
  },

  overlap(library, set) {
    const mask = packedPreds(library, set)
    const truths = raw(set).truths.map((truth) => library.BitMask.from(truth))
    return { confusion: (i) => library.confusion(mask(i), truths[i]).tp }
  },

  distances(library, set) {
    const mask = packedPreds(library, set)
    const truths = raw(set).truths.map((truth) => library.BitMask.from(truth))
    const out = new Float64Array(set.preds[0].length)
    return {
      'distance transform': (i) => library.distanceTransform(mask(i), { out }),
      'distance transform, new array': (i) => library.distanceTransform(mask(i)),
      hd95: (i) => library.hd95(mask(i), truths[i]),
      'hd95, truth not cached': (i) => library.hd95(mask(i), renewed(library, truths[i])),
      assd: (i) => library.assd(mask(i), truths[i]),
      'nsd, 1 px': (i) => library.nsd(mask(i), truths[i]),
    }
  },

  pack({ BitMask }, set) {
    const forms = packForms(set)
    const copy = new Uint8Array(set.preds[0].length)
    const calls: Calls = {
      [COPY_ONE]: (i) => {
        copy.set(set.preds[i])
        return copy[i]
      },
    }
    for (const form of PACK_FORMS) {
      const { masks, options } = forms[form]
      calls[`pack ${form}`] = (i) => BitMask.from(masks[i], options)
    }
    return calls
  },
}

/** All pairs of a set with one call; timed per pair. */
function batch({ BitMask, MultiObjectiveReward }: Library, set: MaskSet): Stage {
  const { scoreBatch } = new MultiObjectiveReward()
  const { preds, truths } = raw(set)
  const packed = truths.map((truth) => BitMask.from(truth))
  const { run } = inProcess('scoreBatch', 1, () => scoreBatch(preds, packed))
  return { name: 'scoreBatch', run, check: (i) => scoreBatch([preds[i]], [packed[i]])[0] }
}

/** The bounds hide wrong counts: a peer must agree with the literal formula, too. */
function bothRewards({ MultiObjectiveReward }: Library, set: MaskSet): Stage['check'] {
  const rewards = [true, false].map((bounded) => new MultiObjectiveReward({ bounded }))
  const { preds, truths } = raw(set)
  return (i) => rewards.map(({ score }) => score(preds[i], truths[i]))
}

/** The masks as they come from an image. */
function raw({ width, height, preds, truths }: MaskSet): Record<'preds' | 'truths', RawMask[]> {
  const asMask = (data: Uint8Array) => ({ data, width, height })
  return { preds: preds.map(asMask), truths: truths.map(asMask) }
}

type RawMask = Extract<MaskLike, { width: number; data: unknown }>

function packedPreds(library: Library, set: MaskSet): (i: number) => BitMask {
  const packed = raw(set).preds.map((pred) => library.BitMask.from(pred))
  return (i) => renewed(library, packed[i])
}

/** The same pixels as a new mask, of which nothing is known yet; costs next to nothing. */
function renewed({ BitMask }: Library, mask: BitMask): BitMask {
  return BitMask.fromWords(mask.layout, mask.words)
}
