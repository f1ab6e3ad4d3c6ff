import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isPublic } from '../../src/net/address.ts'
import { isWithin, mayConnect, parseTarget, refusal } from '../../src/net/target.ts'

const none = [] as const

describe('an address', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '223.255.255.255',
    '198.20.0.1',
    '11.0.0.0',
    '2606:4700:4700::1111',
    '2a00:1450:4001:82a::200e',
    '2001:4860:4860::8888',
  ])('%s is public', (address) => expect(isPublic(address)).toBe(true))

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '203.0.113.9',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    'fe80::1',
    'fe80::1%eth0',
    'fd00:ec2::254',
    'fc00::1',
    'fec0::1',
    'ff02::1',
    '2001::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '::127.0.0.1',
    '',
    'ehr.example',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4 ',
    '2606:4700::1::1',
    '2606:4700:4700:0:0:0:0:0:1',
    '12345::',
    ':1',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false))

  test('is public or not whichever way it is spelt', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(fc.tuple(group, group, group, group, group, group, group, group), (groups) => {
        const long = groups.map((value) => value.toString(16).padStart(4, '0')).join(':')
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1)
        expect(isPublic(long)).toBe(isPublic(short))
        expect(isPublic(long.toUpperCase())).toBe(isPublic(short))
      }),
    )
  })
})

describe('a URL', () => {
  test.each([
    ['http://ehr.example', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['ftp://ehr.example', 'scheme'],
    ['ws://ehr.example', 'scheme'],
    ['data:text/plain,x', 'scheme'],
    ['gopher://ehr.example', 'scheme'],
    ['https://127.0.0.1', 'address'],
    ['https://127.1', 'address'],
    ['https://0', 'address'],
    ['https://2130706433', 'address'],
    ['https://0x7f000001', 'address'],
    ['https://017700000001', 'address'],
    ['https://[::1]', 'address'],
    ['https://[::ffff:127.0.0.1]', 'address'],
    ['https://[64:ff9b::7f00:1]', 'address'],
    ['https://169.254.169.254/latest/meta-data', 'address'],
    ['https://localhost', 'address'],
    ['https://localhost.', 'address'],
    ['https://LOCALHOST', 'address'],
    ['https://ｌocalhost', 'address'],
    ['https://①②⑦.⓪.⓪.①', 'address'],
    ['https://metadata.google.internal', 'address'],
    ['https://x.localhost', 'address'],
    ['https://printer', 'address'],
    ['https://ok.example@127.0.0.1', 'credentials-in-url'],
    ['https://user:word@ehr.example', 'credentials-in-url'],
    ['https://127.0.0.1#@ok.example', 'address'],
    ['https://127.0.0.1\\@ok.example', 'address'],
  ] as const)('%s is refused: %s', (url, why) => expect(refusal(new URL(url), none)).toBe(why))

  test.each(['https://ehr.example', 'https://ehr.example:8443/fhir', 'https://8.8.8.8', 'https://ok.example/#@127.0.0.1'])(
    '%s may be called',
    (url) => expect(refusal(new URL(url), none)).toBeUndefined(),
  )

  test('may be called where the operator allowed host and port, http included', () => {
    const allowed = ['127.0.0.1:*', 'localhost:9000', '[::1]:8080'].map((text) => parseTarget(text)!)
    expect(refusal(new URL('http://127.0.0.1:4000/fhir'), allowed)).toBeUndefined()
    expect(refusal(new URL('http://localhost:9000'), allowed)).toBeUndefined()
    expect(refusal(new URL('http://localhost:9001'), allowed)).toBe('scheme')
    expect(refusal(new URL('http://[::1]:8080'), allowed)).toBeUndefined()
    expect(refusal(new URL('ftp://127.0.0.1:21'), allowed)).toBe('scheme')
    expect(refusal(new URL('https://127.0.0.2'), allowed)).toBe('address')
  })

  test('is connected to only where its name leads outside, or the operator allowed name or address', () => {
    const url = new URL('https://ehr.example/fhir')
    expect(mayConnect('93.184.216.34', url, none)).toBe(true)
    expect(mayConnect('10.0.0.5', url, none)).toBe(false)
    expect(mayConnect('10.0.0.5', url, [{ host: '10.0.0.5', port: 443 }])).toBe(true)
    expect(mayConnect('10.0.0.5', url, [{ host: 'ehr.example' }])).toBe(true)
    expect(mayConnect('10.0.0.5', url, [{ host: '10.0.0.5', port: 8443 }])).toBe(false)
  })

  test('is within a base by whole segments of the same origin', () => {
    const base = new URL('https://ehr.example/fhir/r4')
    for (const url of [
      'https://ehr.example/fhir/r4',
      'https://ehr.example/fhir/r4/Patient/1',
      'https://EHR.example:443/fhir/r4/x',
    ])
      expect(isWithin(new URL(url), base)).toBe(true)
    for (const url of [
      'https://ehr.example.evil/fhir/r4/x',
      'https://ehr.example@evil/fhir/r4',
      'https://ehr.example:444/fhir/r4',
      'http://ehr.example/fhir/r4',
      'https://ehr.example/fhir/r4x',
      'https://ehr.example/fhir/r4/../../admin',
      'https://ehr.example/fhir/r4/%2e%2e/admin',
      'https://ehr.example/fhir/r4/..%2f..%2fadmin',
      'https://ehr.example/',
    ])
      expect(isWithin(new URL(url), base), url).toBe(false)
  })
})

describe('an allowed target', () => {
  test('is a host and a port', () => {
    expect(parseTarget('EHR.local:8080')).toEqual({ host: 'ehr.local', port: 8080 })
    expect(parseTarget('127.0.0.1:*')).toEqual({ host: '127.0.0.1' })
    expect(parseTarget('[::1]:443')).toEqual({ host: '::1', port: 443 })
  })

  test.each([
    '',
    'localhost',
    '*',
    ':80',
    'localhost:',
    'localhost:x',
    'localhost:70000',
    'http://localhost:80',
    'a/b:80',
    'a@b:80',
    'a b:80',
    '::1:80',
  ])('%j is none', (text) => expect(parseTarget(text)).toBeUndefined())
})
