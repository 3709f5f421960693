import { describe, expect, it, vi } from 'vitest'
import { ByteCache } from '../../../../src-renderer/viewer/byte-cache'

const loader = (value: string, bytes = 40) => vi.fn(() => Promise.resolve({ value, bytes }))

describe('ByteCache', () => {
  it('loads a key once, also where it is asked for twice at a time', async () => {
    const cache = new ByteCache<string>(100)
    const load = loader('a')
    expect(await Promise.all([cache.load('a', load), cache.load('a', load)])).toEqual(['a', 'a'])
    expect(await cache.load('a', load)).toBe('a')
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('drops what was used least recently once it is over its bytes', async () => {
    const cache = new ByteCache<string>(100)
    await cache.load('a', loader('a'))
    await cache.load('b', loader('b'))
    cache.peek('a')
    await cache.load('c', loader('c'))
    expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['a', undefined, 'c'])
  })

  it('keeps an entry that is larger than the whole cache until the next one comes', async () => {
    const cache = new ByteCache<string>(100)
    await cache.load('big', loader('big', 500))
    expect(cache.peek('big')).toBe('big')
    await cache.load('a', loader('a'))
    expect([cache.peek('big'), cache.peek('a')]).toEqual([undefined, 'a'])
  })

  it('tries again after a failure', async () => {
    const cache = new ByteCache<string>(100)
    await expect(cache.load('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await cache.load('a', loader('a'))).toBe('a')
  })

  it('does not keep what was under way when it was cleared', async () => {
    const cache = new ByteCache<string>(100)
    const slow = cache.load('a', loader('old'))
    cache.clear()
    await slow
    expect(cache.peek('a')).toBeUndefined()
  })
})
