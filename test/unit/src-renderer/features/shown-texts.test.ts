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

  it('keeps the number of copies that share a line where identifiers are hidden', () => {
    const message = '5 files are copies of others; left out'
    expect(shownProblem({ ...problem, message }, 2, [], true).message).toBe(message)
  })

  it('names the series, and its study where there are several', () => {
    const gap = { ...problem, code: 'slice-gap', message: '1 gap', seriesId: 'o1-s1-1' }
    const other = { ...study, id: 'o1-s2', series: [] } as Study
    expect(shownProblem(gap, 0, [study], false).name).toBe('FLAIR Secret')
    expect(shownProblem(gap, 0, [other, study], false).name).toBe('Secret Name: FLAIR Secret')
    expect(shownProblem(gap, 0, [other, study], true)).toEqual({
      name: 'Study o1-s1: Series o1-s1-1',
      path: undefined,
      message: '1 gap'
    })
  })

  it.each([
    ['dicomdir-incomplete', '1 of the 2 files that this DICOMDIR lists are missing, the first is SECRET/IM1'],
    ['stack-lacking', 'kernel Secret has 2 of the 3 slices that most others have: images are missing']
  ])('says nothing of what a header or a list says where identifiers are hidden: %s', (code, message) => {
    for (const seriesId of [undefined, 'o1-s1-1']) {
      const shown = shownProblem({ ...problem, code, message, seriesId }, 0, [study], true)
      expect(JSON.stringify(shown)).not.toMatch(/secret/i)
      expect(shown.message).toContain('missing')
    }
  })
})
