import { type ThinningMethod, thinningTable } from '../../src/morphology/thinning-table.ts'

/** An operation on words. */
export type GateOp = 'and' | 'or' | 'xor' | 'not'

/** One operation of a {@link Circuit}; values 0 to 7 are its inputs, 8 + i is its gate i. */
export interface Gate {
  readonly op: GateOp
  readonly a: number
  /** Absent for `not`. */
  readonly b?: number
}

/**
 * A straight-line boolean circuit for one pass of a thinning variant: from the eight neighbours of
 * a pixel, whether the pass keeps it. Its gates are evaluated in order and the last is the output.
 */
export interface Circuit {
  readonly method: ThinningMethod
  readonly pass: 1 | 2
  readonly gates: readonly Gate[]
}

/** The neighbours, in the order of the bits of a neighbourhood code. */
export const CIRCUIT_INPUTS = ['NW', 'N', 'NE', 'E', 'SE', 'S', 'SW', 'W'] as const

/**
 * The smallest circuits found by the search of search.ts, which in a compiled
 * form walked for some minutes from many starts.
 */
const SOURCES = {
  'skimage 1': `
    t0=N|SE t1=NW^S t2=N&t1 t3=SE^t0 t4=~NE t5=t3|t4 t6=t0^t5 t7=E|t5 t8=SW&t6 t9=SE|W t10=t9^t8
    t11=SW&t10 t12=NW^t10 t13=NE|t12 t14=NW^E t15=t14|t13 t16=t7^t15 t17=W&t14 t18=t2|t17
    t19=NW^t18 t20=t16|t19 t21=SE^SW t22=S|t21 t23=t11^t22 t24=t6^t23 keep=t24|t20`,
  'skimage 2': `
    t0=NW|S t1=N&t0 t2=NW^t0 t3=N|t2 t4=~SW t5=t4|t2 t6=t5^t3 t7=NE|t6 t8=W|t5 t9=W|t7 t10=E^t9
    t11=NW|t10 t12=t7^t1 t13=t11&t12 t14=SE^t1 t15=S&t14 t16=SE^W t17=E&t16 t18=t17|t15
    t19=SW|t17 t20=t19|t11 t21=t8^t20 t22=SE^t18 t23=t22|t13 keep=t21|t23`,
  'zhang-suen 1': `
    t0=N^W t1=NE^SW t2=NE^E t3=t1&t0 t4=NW|t3 t5=W&t3 t6=SW&t0 t7=t5^t6 t8=W|t0 t9=t4^t8
    t10=t7|t9 t11=E^S t12=t11&t1 t13=t11&t2 t14=S^t4 t15=t12|t14 t16=t13^t15 t17=SE^t4
    t18=t12|t17 t19=t16&t18 t20=~t19 keep=t20|t10`,
  'guo-hall 1': `
    t0=E|SW t1=N^t0 t2=NW^S t3=t1&t2 t4=NW^SE t5=t4&t3 t6=NE|S t7=t6|t5 t8=NE^t7 t9=W|t5
    t10=N^t8 t11=E^t8 t12=W&t11 t13=t12|t10 t14=t9&t13 t15=SE|t12 t16=t8^t15 t17=~t14
    keep=t16|t17`,
} as const

/** Pass 2 of these variants is pass 1 turned by 180°. */
const TURNED: readonly ThinningMethod[] = ['zhang-suen', 'guo-hall']

const OPS: Readonly<Record<string, GateOp>> = { '&': 'and', '|': 'or', '^': 'xor', '~': 'not' }
const SIGNS: Readonly<Record<GateOp, string>> = { and: '&', or: '|', xor: '^', not: '~' }

function parseCircuit(method: ThinningMethod, pass: 1 | 2, source: string): Circuit {
  const statements = source.trim().split(/\s+/)
  const names = [...CIRCUIT_INPUTS, ...statements.map((statement) => statement.split('=')[0])]
  const numberOf = (name: string): number => {
    const value = names.indexOf(name)
    if (value < 0) throw new Error(`${method} ${pass}: unknown value ${name}`)
    return value
  }
  const gates = statements.map((statement): Gate => {
    const [, a, sign, b] = /^\w+=(\w*)([&|^~])(\w+)$/.exec(statement) ?? []
    if (!sign) throw new Error(`${method} ${pass}: cannot read ${statement}`)
    if (sign === '~') return { op: 'not', a: numberOf(b) }
    return { op: OPS[sign], a: numberOf(a), b: numberOf(b) }
  })
  return { method, pass, gates }
}

/** The circuit of the other pass: each input becomes the one opposite. */
function turn({ method, gates }: Circuit): Circuit {
  const opposite = (value: number) => (value < 8 ? (value + 4) % 8 : value)
  const turned = gates.map(({ op, a, b }) => ({
    op,
    a: opposite(a),
    b: b === undefined ? b : opposite(b),
  }))
  return { method, pass: 2, gates: turned }
}

/** The circuits of both passes of every variant, each checked against its deletion table. */
export function circuits(): Circuit[] {
  const all = Object.entries(SOURCES).flatMap(([name, source]) => {
    const [method, pass] = name.split(' ') as [ThinningMethod, string]
    const circuit = parseCircuit(method, pass === '1' ? 1 : 2, source)
    return TURNED.includes(method) ? [circuit, turn(circuit)] : [circuit]
  })
  for (const circuit of all) verifyCircuit(circuit)
  return all
}

/** The circuit as statements; `nameOf` names inputs (`'NW'`) and gates (`'t0'` …, `'keep'`). */
export function printCircuit(
  { gates }: Circuit,
  nameOf: (name: string) => string = (name) => name,
): string[] {
  const nameOfGate = (i: number) => nameOf(i === gates.length - 1 ? 'keep' : `t${i}`)
  const name = (value: number) =>
    value < 8 ? nameOf(CIRCUIT_INPUTS[value]) : nameOfGate(value - 8)
  return gates.map(({ op, a, b }, i) => {
    const right = b === undefined ? `${SIGNS[op]}${name(a)}` : `${name(a)} ${SIGNS[op]} ${name(b)}`
    return `const ${nameOfGate(i)} = ${right}`
  })
}

/** A gate over words; `not` ignores y. */
export function applyGate(op: GateOp, x: number, y: number): number {
  if (op === 'and') return x & y
  if (op === 'or') return x | y
  return op === 'xor' ? x ^ y : ~x
}

/** Throws unless the circuit agrees with the deletion table in all 256 neighbourhoods. */
export function verifyCircuit({ method, pass, gates }: Circuit): void {
  const table = thinningTable(method)
  for (let code = 0; code < 256; code++) {
    const values = CIRCUIT_INPUTS.map((_, input) => -((code >> input) & 1))
    for (const { op, a, b = a } of gates) values.push(applyGate(op, values[a], values[b]))
    const keeps = ((table[code] >> (pass - 1)) & 1) === 0
    if (values[values.length - 1] !== -Number(keeps)) {
      throw new Error(`the circuit of ${method}, pass ${pass}, is wrong for neighbourhood ${code}`)
    }
  }
}
