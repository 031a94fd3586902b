import type { WorkRequest } from './request.ts'
import { errorAnswer } from './request-error.ts'
import type { Scorer } from './scorer.ts'

/** An answer as text, and whether it tells of an error. */
export interface AnswerText {
  readonly text: string
  readonly isError: boolean
}

/** Answers a request whatever happens. */
export function answerText(scorer: Scorer, request: WorkRequest): AnswerText {
  try {
    return { text: JSON.stringify(scorer.answer(request)), isError: false }
  } catch (error) {
    return { text: JSON.stringify(errorAnswer(request.id, error, request.line)), isError: true }
  }
}
