/**
 * Generalised advantage estimates of one episode: the discounted sum, by γλ, of the errors
 * δ = r + γ V(next) − V. An image is an episode of one step, where this is r − V whatever γ and λ.
 *
 * @param rewards - of each step
 * @param values - of each state, and of the state after the last step as one more
 *
 * Source: J. Schulman et al., "High-dimensional continuous control using generalized advantage
 * estimation", ICLR 2016.
 */
export function generalizedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  { gamma, lambda }: { gamma: number; lambda: number },
): Float64Array {
  if (values.length !== rewards.length + 1) {
    throw new RangeError(`expected ${rewards.length + 1} values, got ${values.length}`)
  }
  const advantages = new Float64Array(rewards.length)
  let later = 0
  for (let t = rewards.length - 1; t >= 0; t--) {
    const error = rewards[t] + gamma * values[t + 1] - values[t]
    later = error + gamma * lambda * later
    advantages[t] = later
  }
  return advantages
}
