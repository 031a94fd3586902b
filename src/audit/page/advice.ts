import type { FindingKind } from '../report.ts'

/** What to do about a finding, by what it is about. */
export const ADVICE: Readonly<Record<FindingKind, string>> = {
  throws:
    'Return a finite, low reward where the reward cannot be computed, such as for an empty mask.',
  'not-a-number': 'Look for 0/0: say what an empty mask is worth, and return that.',
  'not-finite': 'Bound what grows without end, by dividing by 1 + x or by clipping.',
  'out-of-range': 'Declare the range that the reward really has, or clip it to the declared one.',
  'order-dependent':
    'Clear what is kept from one call to the next, or key it by the masks themselves.',
  inconsistent: 'Take what is random out of the reward, or seed it by the masks.',
  'changes-masks': 'Work on a copy: the same mask is scored more than once.',
  'not-best':
    'Find the term that pays for it (explain the mask and the truth side by side), and cap it at what the truth gets.',
  inversion:
    'Look at the steps around the rise: the term that rises there rewards damage. Weigh it less or measure it against the truth.',
  blind: 'If this kind of damage matters to you, add a term that measures it.',
  exploit:
    'Apply the recipe, explain the mask term by term, and bound the term that pays; then audit again.',
  disagreement:
    'Look at the worst contradictions: decide for each which of the two is right. If it is the reference, change the weights.',
  unbounded:
    'Bound the term, as the preset rewards do, so that no single mask outweighs all others.',
  constant: 'Drop the term or mend it; it only adds a constant.',
  'wrong-sign': 'Change the sign of the term or of its weight.',
  asymmetric:
    'Make sure that turned or mirrored masks are thinned alike, such as by Guo and Hall’s rules.',
  pitfall: 'Read the source that is named there, and add the property it asks for.',
  coverage:
    'See that the truths and their threshold are right; more truths or a greater budget put the reward to more tests.',
}
