import { describe, expect, it } from 'vitest'
import type { Study } from '../../../../src-main/contract/study'
import { shownProblem, shownTexts } from '../../../../src-renderer/features/study-list/shown-texts'

const study = {
  id: 'o1-s1',
  patientLabel: 'Secret Name',
  description: 'Head of Secret',
  date: '2024-05-06',
  series: [{ id: 'o1-s1-1', description: 'FLAIR Secret' }]
} as Study

describe('shownTexts', () => {
  it('writes what the header says', () => {
    expect(shownTexts(study, 0, false)).toEqual({
      title: 'Secret Name',
      subtitle: '2024-05-06 · Head of Secret',
      patient: 'Secret Name',
      date: '2024-05-06',
      series: 'FLAIR Secret'
    })
  })

  it('writes ids of this session alone where identifiers are hidden', () => {
    const texts = shownTexts(study, 0, true)
    expect(JSON.stringify(texts)).not.toMatch(/Secret|2024/)
    expect(texts).toMatchObject({ title: 'Study o1-s1', series: 'Series o1-s1-1', date: '' })
  })
})

describe('shownProblem', () => {
  const problem = {
    code: 'duplicate-image',
    path: '/cd/Secret/IM1',
    message: 'the same image as Secret; left out'
  }

  it('names the file', () => {
    expect(shownProblem(problem, 0, [], false)).toEqual({
      name: 'IM1',
      path: problem.path,
      message: problem.message
    })
  })

  it('names no file where identifiers are hidden', () => {
    expect(JSON.stringify(shownProblem(problem, 2, [], true))).not.toContain('Secret')
    expect(shownProblem({ ...problem, code: 'x', message: 'cut' }, 2, [], true)).toEqual({
      name: 'File 3',
      path: undefined,
      message: 'cut'
    })
  })
})
