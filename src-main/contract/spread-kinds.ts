/** The four forms in which a network may state the spread of its latent distribution. */
export const spreadKinds = ['logVar', 'logStd', 'std', 'variance'] as const
