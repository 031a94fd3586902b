import { enableSimd } from 'vessel-reward/simd'

// Vitest runs this before each test file of the project 'simd'.
if (!enableSimd()) throw new Error('no WebAssembly SIMD: its tests would test the portable code')
