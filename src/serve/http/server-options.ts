import { isIP } from 'node:net'
import type { WireDefaults } from '../wires/wire-work.ts'

/** Options of a server, already checked. */
export interface ServerOptions extends WireDefaults {
  /** Threads that score. */
  readonly jobs: number
  readonly host: string
  /** 0: one that is free. */
  readonly port: number
  /** What requests have to bring; undefined if nothing. */
  readonly token: string | undefined
  /** The most requests, and the most bytes of them, that may be in work or waiting. */
  readonly mostInFlight: number
  readonly mostBytesInFlight: number
  /** Seconds in which a request has to have come. */
  readonly requestSeconds: number
  /** Sockets that are open. */
  readonly mostSockets: number
  readonly logLevel: LogLevel
}

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
