import { describe, expect, it } from 'vitest'
import { parseAnalyzeArguments } from '../../../../src-main/commands/parse-analyze-arguments'

describe('parseAnalyzeArguments', () => {
  it('fills in what is not given', () => {
    expect(parseAnalyzeArguments(['a', 'b c'])).toEqual({
      paths: ['a', 'b c'],
      model: 'auto',
      maps: null,
      provider: 'auto',
      threshold: undefined,
      out: null,
      save: { npy: true, png: false, report: true },
      json: false
    })
  })

  it('takes every option', () => {
    const line = 'p --model m --map combi,rec,combi --provider cpu --threshold 2.5 --out o --save png --json'
    expect(parseAnalyzeArguments(line.split(' '))).toEqual({
      paths: ['p'],
      model: 'm',
      maps: ['combi', 'rec'],
      provider: 'cpu',
      threshold: 2.5,
      out: 'o',
      save: { npy: false, png: true, report: false },
      json: true
    })
  })

  it('takes maps one by one, in a list, and all of them', () => {
    expect(parseAnalyzeArguments(['p', '--map', 'context', '--map', 'rec,context'])).toMatchObject({
      maps: ['context', 'rec']
    })
    expect(parseAnalyzeArguments(['p', '--map', 'rec', '--map', 'all'])).toMatchObject({ maps: 'all' })
  })

  it('takes a threshold by name, and negative and exponential values', () => {
    expect(parseAnalyzeArguments(['p', '--threshold', 'p99'])).toMatchObject({ threshold: 'p99' })
    expect(parseAnalyzeArguments(['p', '--threshold=-1.5'])).toMatchObject({ threshold: -1.5 })
    expect(parseAnalyzeArguments(['p', '--threshold', '1e1'])).toMatchObject({ threshold: 10 })
  })

  it('takes paths that begin with a dash after --', () => {
    expect(parseAnalyzeArguments(['--json', '--', '-odd'])).toMatchObject({ paths: ['-odd'], json: true })
  })

  it('answers a call for help, whatever else stands there', () => {
    expect(parseAnalyzeArguments(['--help'])).toBe('help')
    expect(parseAnalyzeArguments(['-h', 'p'])).toBe('help')
  })

  it.each([
    ['no PATH', []],
    ['--provider', ['p', '--provider', 'gpu']],
    ['--map', ['p', '--map', 'rec,heat']],
    ['--map is empty', ['p', '--map', ',']],
    ['--save', ['p', '--out', 'o', '--save', 'jpg']],
    ['--save needs --out', ['p', '--save', 'png']],
    ['--threshold', ['p', '--threshold', 'Infinity']],
    ['--threshold is empty', ['p', '--threshold', ' ']],
    ['--model is empty', ['p', '--model', '']],
    ['--out is empty', ['p', '--out', '']],
    ["'--what'", ['p', '--what']],
    ["'--out", ['p', '--out']]
  ])('refuses: %s', (reason, argv) => {
    expect(() => parseAnalyzeArguments(argv)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(reason) as string })
    )
  })
})
