import { disableSimd } from 'vessel-reward/simd'

// Vitest runs this before each test file of the project 'portable', whose files share a process.
disableSimd()
