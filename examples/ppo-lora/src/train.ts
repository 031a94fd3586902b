/**
 * PPO + LoRA on a reward that knows topology: a frozen segmenter that misses thin vessels learns to
 * see them, from rewards alone.
 *
 *     npm run train -- --quick
 */

import { setImmediate } from 'node:timers/promises'
import { mulberry32 } from '../../mulberry32.ts'
import { checkSettings } from './check-settings.ts'
import { logitsOf, type Prepared, toRaster } from './data/prepare.ts'
import { type Adapter, createAdapter } from './model/lora.ts'
import { type Model, tokenOrder } from './model/model.ts'
import { Adam } from './ppo/adam.ts'
import { imageReward } from './ppo/image-reward.ts'
import { klPenaltyAfter } from './ppo/kl-penalty.ts'
import { updatePolicy } from './ppo/ppo.ts'
import { imagesOf, rollOut, seedOf } from './ppo/rollout.ts'
import { RunningDeviation } from './ppo/running-deviation.ts'
import { ValueHead } from './ppo/value-head.ts'
import type { Settings } from './settings.ts'

/** What is logged of an update. */
export interface UpdateRecord {
  update: number
  /** Over all samples of the rollout. */
  reward: number
  rewardDeviation: number
  rewardMin: number
  rewardMax: number
  /** Share of images all of whose samples earn the same. */
  equalGroups: number
  advantageDeviation: number
  loss: number
  policyLoss: number
  /** Squared error of the value head; 0 without one. */
  valueLoss: number
  kl: number
  klCoefficient: number
  approximateKl: number
  clipFraction: number
  ratioMean: number
  ratioMax: number
  entropy: number
  gradientNorm: number
  learningRate: number
  temperature: number
  /** Of the first mini-batch: 0, 0 and 1, as the policy has not moved yet. */
  firstApproximateKl: number
  firstClipFraction: number
  firstRatioMax: number
  /** Seconds of the update, and the share of them spent on rewards and credit. */
  seconds: number
  rewardShare: number
}

/** Everything that training changes: what a checkpoint holds. */
export interface TrainingState {
  /** Updates made. */
  update: number
  adapter: Adapter
  optimizer: Adam
  valueHead: ValueHead
  klCoefficient: number
  /** Of all rewards so far, where settings ask for it. */
  rewards: RunningDeviation
  /** Milliseconds spent in all and on rewards. */
  milliseconds: number
  rewardMilliseconds: number
}

/** The state before the first update. */
export function initialState(model: Model, settings: Settings): TrainingState {
  checkSettings(settings)
  return {
    update: 0,
    adapter: createAdapter(model, { ...settings.lora, random: mulberry32(settings.seed) }),
    optimizer: new Adam(),
    valueHead: new ValueHead(),
    klCoefficient: settings.kl.coefficient,
    rewards: new RunningDeviation(),
    milliseconds: 0,
    rewardMilliseconds: 0,
  }
}

/**
 * Makes one update after another.
 *
 * @param images - with the truths that rewards come from
 * @param onUpdate - called after each; training ends early where it returns false
 * @throws NonFiniteError if a loss or gradient is not finite; the state is that of the last step
 */
export async function train(
  model: Model,
  state: TrainingState,
  images: readonly Prepared[],
  settings: Settings,
  onUpdate: (record: UpdateRecord) => Promise<boolean>,
): Promise<void> {
  const reward = imageReward(settings)
  const order = tokenOrder(model.config)
  const usesValue = settings.credit === 'value'

  while (state.update < settings.updates) {
    const begin = performance.now()
    const { update, adapter, optimizer, valueHead, klCoefficient } = state
    const done = update / settings.updates
    const temperature =
      settings.temperature[0] + (settings.temperature[1] - settings.temperature[0]) * done
    const learningRate = settings.learningRate * (1 - done)

    // Rollout: draw masks for some images, and judge them.
    const batch = imagesOf(images, update, settings)
    const features = usesValue ? await valueFeatures(model, batch, order) : []
    const values = features.map((one) => valueHead.predict(one))
    const running = usesValue && settings.normalizeRewards ? state.rewards : undefined
    const rollout = await rollOut(
      model,
      adapter,
      batch,
      update,
      temperature,
      settings,
      reward,
      values,
      running,
    )

    // Update: some passes over the rollout, in an order of their own.
    const statistics = await updatePolicy(
      model,
      adapter,
      optimizer,
      rollout,
      {
        temperature,
        learningRate,
        klCoefficient,
        order: (epoch) => shuffledIndices(batch.length, seedOf(settings.seed, 4, update, epoch)),
      },
      settings,
    )
    const unit = running?.deviation ?? 1
    const returns = rollout.rewards.map(
      (group) => group.reduce((a, b) => a + b) / group.length / unit,
    )
    const valueLoss = usesValue ? valueHead.step(features, returns, VALUE_LEARNING_RATE) : 0
    state.klCoefficient = klPenaltyAfter(klCoefficient, statistics.kl, settings.kl)

    state.update++
    const milliseconds = performance.now() - begin
    state.milliseconds += milliseconds
    state.rewardMilliseconds += rollout.rewardMilliseconds
    const rewards = rollout.rewards.flatMap((group) => [...group])
    const mean = rewards.reduce((a, b) => a + b) / rewards.length
    const { first, ...means } = statistics
    // Backends that compute at once never let the event loop run, and Ctrl-C would not be seen.
    await setImmediate()
    const goOn = await onUpdate({
      update: state.update,
      reward: mean,
      rewardDeviation: Math.sqrt(
        rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / rewards.length,
      ),
      rewardMin: Math.min(...rewards),
      rewardMax: Math.max(...rewards),
      equalGroups: rollout.equalGroups,
      advantageDeviation: rollout.advantageDeviation,
      valueLoss,
      klCoefficient,
      learningRate,
      temperature,
      ...means,
      firstApproximateKl: first.approximateKl,
      firstClipFraction: first.clipFraction,
      firstRatioMax: first.ratioMax,
      seconds: milliseconds / 1000,
      rewardShare: rollout.rewardMilliseconds / milliseconds,
    })
    if (!goOn) return
  }
}

const VALUE_LEARNING_RATE = 0.05

async function valueFeatures(
  model: Model,
  images: readonly Prepared[],
  order: Int32Array,
): Promise<Float64Array[]> {
  const logits = await logitsOf(model, undefined, images)
  return logits.map((z) => ValueHead.features(toRaster(z, order), model.config.imageSize))
}

function shuffledIndices(length: number, seed: number): number[] {
  const random = mulberry32(seed)
  const indices = Array.from({ length }, (_, i) => i)
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const value = indices[i]
    indices[i] = indices[j]
    indices[j] = value
  }
  return indices
}
