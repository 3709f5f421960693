/** Whether two neighbours in a row share their colour samples in native pixels (PS3.3 C.7.6.3.1.2). */
export function sharesColour({ photometricInterpretation }: { photometricInterpretation: string }): boolean {
  return photometricInterpretation === 'YBR_FULL_422' || photometricInterpretation === 'YBR_PARTIAL_422'
}
