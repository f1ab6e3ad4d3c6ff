/** Addresses that lead where no request may go, in all their spellings. */

/** Names of `names` lead to these addresses; the last one answers every further look-up. */
export const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'loop.evil.example': [['127.0.0.1']],
  'six.evil.example': [['::1']],
  'mapped.evil.example': [['::ffff:127.0.0.1']],
  'translated.evil.example': [['64:ff9b::7f00:1']],
  'metadata.evil.example': [['169.254.169.254']],
  'metadata6.evil.example': [['fd00:ec2::254']],
  'ten.evil.example': [['10.0.0.5']],
  'shared.evil.example': [['100.64.0.1']],
  'mixed.evil.example': [['93.184.216.34', '127.0.0.1']],
  'mixed6.evil.example': [['93.184.216.34', '::1']],
}

/** Public at first, and then not: what is judged must be what is connected to. */
export const turning: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'turn.evil.example': [['93.184.216.34'], ['127.0.0.1']],
  'turn10.evil.example': [['93.184.216.34'], ['10.0.0.5']],
  'swing.evil.example': [['93.184.216.34'], ['169.254.169.254'], ['93.184.216.34'], ['169.254.169.254']],
  'late.evil.example': [['93.184.216.34'], ['93.184.216.34', '10.0.0.5']],
  'grow.evil.example': [['93.184.216.34'], ['::1'], ['127.0.0.1']],
}

const hosts: readonly string[] = [
  // 127.0.0.1, in every base and with every number of parts.
  ...['127.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.1', '0x7F.0x0.0x0.0x1', '017700000001', '0177.0.0.1'],
  ...['0177.1', '127.0.0.1.', '127.000.000.001', '127.127.127.127', '127.255.255.254', '0', '0.0.0.0', '00000000', '0x0'],
  ...['127%2e0%2e0%2e1', '%31%32%37.0.0.1', '①②⑦.⓪.⓪.①', '127。0。0。1', '１２７.０.０.１', '⑯⑨。②⑤④。⑯⑨｡②⑤④'],
  // IPv6, and IPv4 inside it.
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::127.0.0.1]', '[64:ff9b::127.0.0.1]'],
  ...['[64:ff9b::7f00:1]', '[64:ff9b:1::7f00:1]', '[2002:7f00:1::]', '[2001::1]', '[fe80::1]', '[fc00::1]', '[fd00:ec2::254]'],
  ...['[::ffff:169.254.169.254]', '[::ffff:a00:5]', '[ff02::1]', '[2001:db8::1]', '[fec0::1]'],
  // Private, shared, link-local, reserved.
  ...['10.0.0.5', '167772165', '0xa.5', '012.0.0.5', '169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376'],
  ...['169.254.43518', '100.64.0.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.168.1', '198.18.0.1', '192.0.0.192'],
  ...['224.0.0.1', '240.0.0.1', '255.255.255.255', '203.0.113.9'],
  // Names that are local by themselves.
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'x.localhost',
    'ｌｏｃａｌｈｏｓｔ',
    '%6c%6fcalhost',
    'metadata.google.internal',
    'metadata',
  ],
  ...['printer.local', 'router.lan', 'kubernetes.default.svc', 'host.docker.internal', 'intranet', 'db.corp', 'nas.home'],
  // Names that lead there.
  ...Object.keys(names),
  'LOOP.evil.example.',
]

/** Ways to say one host and mean another. */
const crooked = (port: number): readonly string[] => [
  ...['ok.example@127.0.0.1', '127.0.0.1@loop.evil.example', 'ok.example:443@127.0.0.1', 'user:word@localhost', '@127.0.0.1'].map(
    (host) => `https://${host}:${port}/`,
  ),
  ...[
    `https://127.0.0.1:${port}\\@ok.example/`,
    `https://127.0.0.1:${port}#@ok.example/`,
    `https://127.0.0.1:${port}?@ok.example/`,
  ],
  ...[`https:127.0.0.1:${port}`, `https:///127.0.0.1:${port}`, `https:\\\\127.0.0.1:${port}`, `\thttps://127.0.0.1:${port}`],
  ...[`ht\ntps://127.0.0.1:${port}`, `//127.0.0.1:${port}/`, `HTTPS://127.0.0.1:${port}`, `https://127.0.0.1:${port}/../..`],
  ...[`https://127.0.0.1:0${port}/`, `https://127.0.0.1%00.ok.example:${port}/`, `https://127.0.0.1\u2024ok.example:${port}/`],
  ...['ftp', 'gopher', 'ws', 'wss', 'ldap', 'dict', 'tftp', 'jar:http', 'unix', 'file'].map(
    (scheme) => `${scheme}://127.0.0.1:${port}/_x`,
  ),
  ...['file:///etc/passwd', 'data:application/json,{}', 'javascript:1', 'blob:https://127.0.0.1/x', 'about:blank', ''],
]

/** All of them, at this port. */
export const urls = (port: number): readonly string[] => [
  ...hosts.map((host) => `https://${host}:${port}/fhir`),
  ...['127.0.0.1', '[::1]', 'loop.evil.example', 'ok.example'].map((host) => `http://${host}:${port}/fhir`),
  ...crooked(port),
]
