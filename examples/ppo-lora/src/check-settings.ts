import { closest } from 'fastest-levenshtein'
import { parseTargets } from './model/match-modules.ts'
import { CREDIT_METHODS, type CreditMethod, REWARDS, type Settings } from './settings.ts'

/**
 * Checks that settings fit together.
 *
 * @throws RangeError that shows the arithmetic if they do not
 */
export function checkSettings(settings: Settings): Settings {
  const { updates, images, samples, epochs, miniBatch, accumulation, tile, valueHead } = settings
  const whole = {
    ...{ updates, images, samples, epochs, miniBatch, accumulation, tile },
    'valueHead.passes': valueHead.passes,
  }
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`expected ${name} to be a positive integer, got ${value}`)
    }
  }
  const { seed, validateEvery, keep } = settings
  if (!Number.isSafeInteger(validateEvery) || validateEvery < 0) {
    throw new RangeError(
      `expected validateEvery to be 0 or a positive integer, got ${validateEvery}`,
    )
  }
  if (keep !== 'best' && keep !== 'last') {
    throw new RangeError(`expected keep best or last, got '${keep}'`)
  }
  if (keep === 'best' && validateEvery === 0) {
    throw new RangeError(
      "expected a validateEvery above 0 to keep the best adapter by validation, got 0: keep 'last'",
    )
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`expected seed to be an integer of at least 0, got ${seed}`)
  }
  const perStep = miniBatch * accumulation
  if (images % perStep !== 0) {
    throw new RangeError(
      `expected the images of a rollout to be divisible by mini-batch × accumulation, got ${images} images, ${miniBatch} × ${accumulation} = ${perStep}, remainder ${images % perStep}`,
    )
  }
  const { learningRate, gradientNorm, adamEpsilon } = settings
  const positive = {
    ...{ learningRate, gradientNorm, adamEpsilon },
    'valueHead.learningRate': valueHead.learningRate,
  }
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new RangeError(`expected ${name} to be a positive number, got ${value}`)
    }
  }
  const { clip } = settings
  const [below, above] = clip
  if (clip.length !== 2 || !(below > 0 && below < 1 && above > 0 && Number.isFinite(above))) {
    throw new RangeError(
      `expected clip to be two positive numbers, the first below 1, got ${clip.join(', ')}`,
    )
  }
  const { temperature } = settings
  if (temperature.length !== 2 || !temperature.every((t) => t > 0 && Number.isFinite(t))) {
    throw new RangeError(`expected two positive temperatures, got ${temperature.join(', ')}`)
  }
  const { credit } = settings
  if (!CREDIT_METHODS.includes(credit)) {
    throw new RangeError(`expected credit ${CREDIT_METHODS.join(', ')}, got '${credit}'`)
  }
  const { reward, precisionHinge, shares } = settings
  const { target } = precisionHinge
  if (!(target >= 0 && target <= 1)) {
    throw new RangeError(`expected precisionHinge.target to be from 0 to 1, got ${target}`)
  }
  if (!REWARDS.includes(reward)) {
    throw new RangeError(`expected reward ${REWARDS.join(' or ')}, got '${reward}'`)
  }
  if (reward === 'robust' && precisionHinge.weight !== 0) {
    throw new RangeError(
      `expected a precisionHinge.weight of 0 with the reward 'robust', which has its own term for precision, got ${precisionHinge.weight}`,
    )
  }
  if (settings.normalizeRewards && credit !== 'value') {
    throw new RangeError(
      `expected normalizeRewards only for credit by 'value', got credit by '${credit}', which normalizes advantages`,
    )
  }
  const { kl, entropyBonus } = settings
  const notNegative = {
    'kl.coefficient': kl.coefficient,
    entropyBonus,
    stopKl: settings.stopKl,
    'shares.overlap': shares.overlap,
    'shares.skeleton': shares.skeleton,
    'precisionHinge.weight': precisionHinge.weight,
  }
  for (const [name, value] of Object.entries(notNegative)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(`expected ${name} to be 0 or positive, got ${value}`)
    }
  }
  if (kl.target !== undefined && !(kl.target > 0 && kl.coefficient > 0)) {
    throw new RangeError(
      `expected a positive kl.target and a positive kl.coefficient, which it multiplies, got ${kl.target} and ${kl.coefficient}`,
    )
  }
  const { dropout, targetModules } = settings.lora
  parseTargets(targetModules)
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`expected dropout from 0 to below 1, got ${dropout}`)
  }
  assertSignal(settings)
  return settings
}

/**
 * Checks that there is something to learn from: settings by whose arithmetic every advantage or every
 * gradient is 0 would train for hours on nothing.
 *
 * @throws RangeError that shows the arithmetic
 */
function assertSignal({ credit, images, samples, shares, lora }: Settings): void {
  const reason = whyOneSampleIsNothing(credit)
  if (samples < 2 && reason !== undefined) {
    throw new RangeError(
      `expected at least 2 samples per image for credit by '${credit}', got ${samples}: ${reason}`,
    )
  }
  if (credit === 'value' && images * samples < 2) {
    throw new RangeError(
      `expected at least 2 masks in a rollout for credit by 'value', got ${images} × ${samples} = 1: ` +
        'the mean of all advantages is taken from each, a − a / 1 = 0',
    )
  }
  if (credit === 'shuffled' && images < 2) {
    throw new RangeError(
      `expected at least 2 images for credit by 'shuffled', which gives each that of another, got ${images}`,
    )
  }
  const usesShares = credit === 'tile' || credit === 'piece' || credit === 'shuffled'
  if (usesShares && shares.overlap + shares.skeleton === 0) {
    throw new RangeError(
      `expected a share above 0 for credit by '${credit}', got shares.overlap 0 and shares.skeleton 0: ` +
        'every advantage is 0 × overlap + 0 × skeleton = 0',
    )
  }
  if (lora.alpha === 0) {
    throw new RangeError(
      `expected lora.alpha to be other than 0, got 0: adapters change the model by ` +
        `alpha / r = 0 / ${lora.r} = 0 times what they learn`,
    )
  }
}

/** Why the credit of a sample that is alone is 0 or undefined; undefined if it is not. */
function whyOneSampleIsNothing(credit: CreditMethod): string | undefined {
  if (credit === 'group') return 'the reward minus the mean of the group is r − r / 1 = 0'
  if (credit === 'rloo') return 'the mean of the other samples is (r − r) / (1 − 1), of none'
  if (credit === 'value') return undefined
  if (credit === 'piece') return 'a piece is compared with those of the other samples: 1 − 1 = 0'
  return 'a tile is compared with those of the other samples, of which there are 1 − 1 = 0'
}

/**
 * Settings of the control with shuffled advantages beside a run.
 *
 * @throws RangeError if such a control cannot be: it compares samples, where credit by value does not
 */
export function shuffledControl(settings: Settings): Settings {
  try {
    return checkSettings({ ...settings, credit: 'shuffled', normalizeRewards: false })
  } catch (cause) {
    const { message } = cause as Error
    throw new RangeError(`the control (--without-controls leaves it out): ${message}`, { cause })
  }
}

/**
 * Settings with some of them replaced; objects are merged.
 *
 * @throws RangeError if there is no setting of a name, TypeError if one is of another type
 */
export function mergeSettings<T extends object>(settings: T, changes: unknown): T {
  return merged(settings, changes, '') as T
}

function merged(value: object, changes: unknown, path: string): object {
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes)) {
    throw new TypeError(`expected settings${path} to be an object, got ${JSON.stringify(changes)}`)
  }
  const result: Record<string, unknown> = { ...value }
  const optional = path === '.kl' ? ['target'] : []
  const known = [...new Set([...Object.keys(value), ...optional])]
  for (const [name, change] of Object.entries(changes)) {
    if (!known.includes(name)) {
      const prefix = path && `${path.slice(1)}.`
      const names = known.map((one) => prefix + one)
      throw new RangeError(
        `there is no setting ${prefix}${name}: ${didYouMean(prefix + name, names)}`,
      )
    }
    const old = result[name]
    const isOptional = optional.includes(name)
    const isObject = typeof old === 'object' && !Array.isArray(old)
    const isTargets =
      name === 'targetModules' && (Array.isArray(change) || /^\/.+\//s.test(String(change)))
    const isRightType =
      isTargets ||
      (isObject || Array.isArray(old)
        ? Array.isArray(change) === Array.isArray(old)
        : typeof change === (isOptional ? 'number' : typeof old))
    if (!isRightType) {
      throw new TypeError(
        `expected ${name} to be like ${JSON.stringify(old ?? 0)}, got ${JSON.stringify(change)}`,
      )
    }
    result[name] = isObject ? merged(old as object, change, `${path}.${name}`) : change
  }
  return result
}

/**
 * Checks that a run goes on with the settings that it began with.
 *
 * @throws Error that names those that differ
 */
export function assertSameSettings(began: object, now: object): void {
  const [was, is] = [flat(began), flat(now)]
  const names = [...new Set([...was.keys(), ...is.keys()])]
  const different = names.filter((name) => was.get(name) !== is.get(name))
  if (different.length === 0) return
  const list = different.map((name) => `${name} ${was.get(name)} (got ${is.get(name)})`)
  throw new Error(`expected the settings of the run that is resumed: ${list.join(', ')}`)
}

/** Settings by their paths, as JSON. */
function flat(settings: object, path = ''): Map<string, string> {
  const entries = Object.entries(settings).flatMap(([name, value]) => {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isGroup
      ? [...flat(value, `${path}${name}.`)]
      : [[`${path}${name}`, JSON.stringify(value)] as const]
  })
  return new Map(entries)
}

/** The end of an error about a name that is not among the known ones: the nearest, and all of them. */
export function didYouMean(name: string, known: readonly string[]): string {
  // The distance to a very long name takes long, and says nothing.
  const nearest = closest(name.slice(0, 64), [...known])
  return `did you mean '${nearest}'? There are ${known.join(', ')}`
}
