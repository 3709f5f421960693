/** Seed of the demo study's head; training slices never use it. */
export const demoSeed = 20260
