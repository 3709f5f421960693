/** Shown in the window and written into every output. */
export const researchNotice = 'Research use only. Not for diagnosis.'
