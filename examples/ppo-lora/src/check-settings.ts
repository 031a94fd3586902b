import { CREDIT_METHODS, type CreditMethod, REWARDS, type Settings } from './settings.ts'

/**
 * Checks that settings fit together.
 *
 * @throws RangeError that shows the arithmetic if they do not
 */
export function checkSettings(settings: Settings): Settings {
  const whole = [
    'updates',
    'images',
    'samples',
    'epochs',
    'miniBatch',
    'accumulation',
    'tile',
  ] as const
  for (const name of whole) {
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1) {
      throw new RangeError(`expected ${name} to be a positive integer, got ${settings[name]}`)
    }
  }
  const { seed, images, miniBatch, accumulation } = settings
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`expected seed to be an integer of at least 0, got ${seed}`)
  }
  const perStep = miniBatch * accumulation
  if (images % perStep !== 0) {
    throw new RangeError(
      `expected the images of a rollout to be divisible by mini-batch × accumulation, got ${images} images, ${miniBatch} × ${accumulation} = ${perStep}, remainder ${images % perStep}`,
    )
  }
  const positive = ['learningRate', 'gradientNorm', 'clip'] as const
  for (const name of positive) {
    if (!(settings[name] > 0 && Number.isFinite(settings[name]))) {
      throw new RangeError(`expected ${name} to be a positive number, got ${settings[name]}`)
    }
  }
  const { temperature } = settings
  if (temperature.length !== 2 || !temperature.every((t) => t > 0 && Number.isFinite(t))) {
    throw new RangeError(`expected two positive temperatures, got ${temperature.join(', ')}`)
  }
  const { credit } = settings
  if (!CREDIT_METHODS.includes(credit)) {
    throw new RangeError(`expected credit ${CREDIT_METHODS.join(', ')}, got '${credit}'`)
  }
  const { reward, precisionHinge, gae, shares } = settings
  const shareOfOne = {
    'precisionHinge.target': precisionHinge.target,
    'gae.gamma': gae.gamma,
    'gae.lambda': gae.lambda,
  }
  for (const [name, value] of Object.entries(shareOfOne)) {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`expected ${name} to be from 0 to 1, got ${value}`)
    }
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
  const { dropout } = settings.lora
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
  const usesShares = credit === 'tile' || credit === 'shuffled'
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
  return 'a tile is compared with those of the other samples, of which there are 1 − 1 = 0'
}
