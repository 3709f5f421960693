/**
 * Runs the network on images in the model's layout, in batches, and gives what it makes of each, in order. How many
 * go together changes no bit of what comes back.
 */
export type RunImages = (images: Float32Array[]) => Promise<Float32Array[]>
