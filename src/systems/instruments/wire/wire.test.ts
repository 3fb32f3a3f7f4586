import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeAnalysisParams, encodeFilters, parseAnalysisParams, parseFilters } from './analysis-params.ts'
import { parseExportAnswer, parseFileAnswer, parseSessionInfo, parseStatus, saysConnected } from './answers.ts'
import { encodeDataFile, parseDataFile } from './data-file.ts'
import { encodeExport, parseExport } from './export-csv.ts'
import { formatFileName, measurementModes, parseFileName } from './file-name.ts'
import { encodeCvPreview, parseCvPreview, parseCvSegments } from './previews.ts'
import { readUserId } from './read-fields.ts'
import * as updates from './updates.ts'

const fixture = JSON.parse(readFileSync(new URL('../../../../fixtures/wire/instruments.json', import.meta.url), 'utf8'))
const { events } = fixture
const layout = { voltageColumn: 1, currentColumn: 2, spacingIndex: 1, electrodes: 1, delimiter: 1 }
const noCurves = { potentials: [], raw: [], smoothed: [] }

describe('a measurement file', () => {
  it.each(fixture.files)(
    'with $name between its columns reads and writes like that of another program',
    (...[file]) => {
      const { text, potentials, currents, delimiter, electrodes } = file
      expect(parseDataFile(text, { ...layout, delimiter, electrodes })).toEqual({ potentials, currents })
      expect(encodeDataFile({ potentials, currents }, delimiter)).toBe(text)
    },
  )

  it('says which line is wrong, and which column', () => {
    expect(parseDataFile('-0.5 1e-7\n-0.4 x\n', layout)).toEqual({ problem: 'line 2 has no number in column 2' })
    expect(parseDataFile('\n', layout)).toEqual({ problem: 'the file has no data' })
  })

  it('is found again by its name', () => {
    for (const [name, parsed] of fixture.names) {
      expect(parseFileName(name)).toEqual(parsed)
      expect(formatFileName(parsed)).toBe(name)
    }
    expect(parseFileName('probe.txt')).toBeUndefined()
  })

  it('has a name that leads back to all that is in it', () => {
    const number = fc.integer({ min: 1, max: 99_999 })
    const property = fc.property(
      fc.constantFrom(...measurementModes),
      fc.uuid(),
      number,
      number,
      (mode, handle, f, n) => {
        const file = {
          mode,
          handle,
          frequency: mode === 'cv' ? 0 : f,
          number: mode === 'frequency-map' ? 0 : n,
          extension: '.txt',
        }
        expect(parseFileName(formatFileName(file))).toEqual(file)
      },
    )
    fc.assert(property)
  })
})

describe('an export', () => {
  it('reads and writes like that of another program', () => {
    for (const { text, table } of fixture.exports) {
      expect(parseExport(text)).toEqual(table)
      expect(parseExport(encodeExport(table))).toEqual(table)
    }
    expect(parseExport('no section')).toBeUndefined()
  })
})

describe('an event', () => {
  it('tells how to analyse, in the documented spelling', () => {
    const params = parseAnalysisParams(events.analysisParams)
    expect(params).toMatchObject({ electrodes: 2, peakOption: 'Area Under the Curve', windowPoints: 5, highEnd: 0.05 })
    expect(encodeAnalysisParams(params)).toEqual(events.analysisParams)
    expect(encodeFilters(parseFilters(events.filters) as never)).toEqual(events.filters)
    expect(parseFilters({})).toBeUndefined()
    expect(parseAnalysisParams('nonsense').delimiter).toBe(1)
  })

  it('of an analysis has figures and trends', () => {
    const update = updates.parseSwvUpdate(events.live_analysis_update)
    expect(update).toEqual({
      filename: 'probe_15Hz_2.txt',
      electrode: null,
      peak: 1.8e-6,
      trend: {
        numbers: [1, 2],
        peaks: { '15': [1.5e-6, 1.8e-6] },
        normalized: { '15': [1, 1.2] },
        kdm: [1.1, null],
      },
    })
    const curves = { potentials: [-0.5, -0.2], raw: [1e-7, 2e-6], smoothed: [1e-7, 1.9e-6] }
    expect(updates.encodeSwvUpdate(update as never, curves)).toEqual(events.live_analysis_update)
    const cv = updates.parseCvUpdate(events.live_cv_update)
    expect(updates.encodeCvUpdate(cv as never, noCurves)).toEqual(events.live_cv_update)
    const map = updates.parseFrequencyMapUpdate(events.frequency_map_update)
    expect(map).toMatchObject({ frequency: 50, charge: 4e-8 })
    expect(updates.encodeFrequencyMapUpdate(map as never, noCurves)).toEqual(events.frequency_map_update)
    const preview = parseCvPreview(events.cv_preview_response)
    expect(encodeCvPreview(preview as never, '-0.5 1e-7\n')).toEqual(events.cv_preview_response)
    expect(parseCvSegments({ segments: [{}, {}] })).toMatchObject({ segments: 2, lengths: null })
  })

  it('without what it must have is none', () => {
    for (const value of [undefined, null, 'text', [], {}, { filename: 'x' }]) {
      expect(updates.parseSwvUpdate(value)).toBeUndefined()
      expect(updates.parseCvUpdate(value)).toBeUndefined()
      expect(updates.parseFrequencyMapUpdate(value)).toBeUndefined()
    }
  })

  it('tells who is there', () => {
    expect(parseSessionInfo(events.session_info)).toEqual({ sessionId: '4f9c2d1e', userId: 'alice' })
    expect(saysConnected(parseStatus(events.agent_status))).toBe(false)
    expect(saysConnected(parseStatus(events.agent_connection_status))).toBe(true)
    expect(saysConnected(parseStatus({ status: 'error' }))).toBeUndefined()
    expect(parseFileAnswer(events.file_validation_error)).toEqual(events.file_validation_error)
    expect(parseExportAnswer(events.export_data_response)).toEqual({ ...events.export_data_response, data: undefined })
  })

  it('names users by text or number, and by nothing else', () => {
    expect([7, 'a', '', null, {}, 'x'.repeat(201)].map(readUserId)).toEqual([
      '7',
      'a',
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })
})
