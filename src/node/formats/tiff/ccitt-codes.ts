/**
 * The codes of the runs of facsimile images: of 0 to 63 pixels, then of 64, 128 … 1728, and last those
 * of 1792, 1856 … 2560, which both colors share. Each is a hexadecimal number that has the bits of
 * the code after a 1, so that codes of any length are told apart.
 *
 * Source: ITU-T Recommendation T.4 (2003), tables 2 to 3b.
 */
const WHITE = [
  '135 47 17 18 1b 1c 1e 1f 33 34 27 28 48 43 74 75 6a 6b a7 8c 88 97 83 84 a8 ab 93 a4 98',
  '102 103 11a 11b 112 113 114 115 116 117 128 129 12a 12b 12c 12d 104 105 10a 10b 152 153',
  '154 155 124 125 158 159 15a 15b 14a 14b 132 133 134 3b 32 57 b7 136 137 164 165 168 167',
  '2cc 2cd 2d2 2d3 2d4 2d5 2d6 2d7 2d8 2d9 2da 2db 298 299 29a 58 29b',
]
const BLACK = [
  '437 a 7 6 b 13 12 23 45 44 84 85 87 104 107 218 417 418 408 867 868 86c 837 828 817 818',
  '10ca 10cb 10cc 10cd 1068 1069 106a 106b 10d2 10d3 10d4 10d5 10d6 10d7 106c 106d 10da 10db',
  '1054 1055 1056 1057 1064 1065 1052 1053 1024 1037 1038 1027 1028 1058 1059 102b 102c 105a',
  '1066 1067 40f 10c8 10c9 105b 1033 1034 1035 206c 206d 204a 204b 204c 204d 2072 2073 2074',
  '2075 2076 2077 2052 2053 2054 2055 205a 205b 2064 2065',
]
const SHARED = ['808 80c 80d 1012 1013 1014 1015 1016 1017 101c 101d 101e 101f']

/** The run of each code, at the index that the code with its 1 is. */
export function runTable(isBlack: boolean, size: number, missing: number): Int16Array {
  const table = new Int16Array(size).fill(missing)
  const codes = [...(isBlack ? BLACK : WHITE), ...SHARED].join(' ').split(' ')
  codes.forEach((code, i) => {
    table[Number.parseInt(code, 16)] = i < 64 ? i : 64 * (i - 63)
  })
  return table
}
