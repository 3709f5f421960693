import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeCommand } from '../../src-main/commands/decode'
import { text } from '../helpers/build-dicom'
import { flatSlice } from '../helpers/flat-slice'
import { putFile } from '../helpers/put-file'
import { readNpy } from '../helpers/read-npy'
import { readerHere } from '../helpers/reader-here'
import { temporaryFolder } from '../helpers/temporary-folder'

const folder = temporaryFolder()

describe('nidus decode', () => {
  it('writes arrays and facts, an error file for what fails, and says so in its exit code', async () => {
    const extra = [text([0x0010, 0x0010], 'PN', 'Secret^Name')]
    const good = putFile(folder, 'a.dcm', flatSlice(-1.5, { rescale: [2, 1], extra }))
    const same = putFile(folder, 'other/a.dcm', flatSlice(2))
    const bad = putFile(folder, 'bad', flatSlice(3).subarray(0, -8))
    const out = join(folder, 'out')
    expect(await decodeCommand([good, same, bad, '--out', out], readerHere)).toBe(5)
    expect(readNpy(join(out, 'a.dcm.npy'))).toEqual({
      shape: [2, 3],
      values: Uint16Array.from([15, 15, 15, 15, 15, 15])
    })
    expect(readNpy(join(out, 'a.dcm-2.npy')).values[0]).toBe(20)
    const facts = JSON.parse(readFileSync(join(out, 'a.dcm.json'), 'utf8'))
    expect(facts).toMatchObject({
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      rows: 2,
      columns: 3,
      frames: 1,
      dtype: 'uint16',
      shape: [2, 3],
      rescale: { slope: 2, intercept: 1 },
      windows: [{ center: 40, width: 80 }]
    })
    expect(JSON.stringify(facts)).not.toContain('Secret')
    expect(JSON.parse(readFileSync(join(out, 'bad.json'), 'utf8'))).toMatchObject({
      error: { code: 'dicom-truncated' }
    })
    expect(await decodeCommand([bad, '--out', out], readerHere)).toBe(3)
    expect(await decodeCommand([good, '--out', out], readerHere)).toBe(0)
    expect(await decodeCommand([good], readerHere)).toBe(2)
    expect(await decodeCommand(['--nonsense', '--out', out], readerHere)).toBe(2)
    expect(await decodeCommand(['--help'], readerHere)).toBe(0)
  })
})
