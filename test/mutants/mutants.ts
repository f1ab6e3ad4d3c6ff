/**
 * Protections taken out one at a time: what stands in the code, what stands there instead, and which tests must not let it pass. To add one:
 * a line here, and `node test/mutants/run.ts <name>`.
 */
export interface Mutant {
  readonly name: string
  readonly file: string
  /** Found once in the file. */
  readonly from: string
  readonly to: string
  /** Files and folders of tests; one of them has to fail. */
  readonly tests: readonly string[]
}

type Row = readonly [name: string, from: string, to: string, ...tests: string[]]

const of = (file: string, tests: readonly string[], ...rows: readonly Row[]): readonly Mutant[] =>
  rows.map(([name, from, to, ...more]) => ({ name, file, from, to, tests: [...tests, ...more] }))

const tokens = ['test/http/token.test.ts', 'test/http/clients.test.ts']
const doors = ['test/http/authentication.test.ts', 'test/http/frame.test.ts', 'test/http/limits.test.ts']
const outgoing = ['test/net', 'test/runtime/node/transport.test.ts']
const sending = [
  'test/stories/consent-at-sending.test.ts',
  'test/stories/labels-delivered.test.ts',
  'test/stories/social-needs-consent.test.ts',
]

const links = ['secure-link', 'message-by-link', 'referral-by-link', 'consent-by-link', 'referral-by-fax'].map(
  (one) => `test/stories/${one}.test.ts`,
)

export const mutants: readonly Mutant[] = [
  ...of(
    'src/net/address.ts',
    outgoing,
    ['loopback is public', "  ['127.0.0.0', 8],\n", ''],
    ['link-local is public', "  ['169.254.0.0', 16],\n", ''],
    ['shared addresses are public', "  ['100.64.0.0', 10],\n", ''],
    ['any IPv6 is public', "if (!six || !inRange(six, parse6('2000::')!, 3)) return false", 'if (!six) return false'],
    ['6to4 is public', "  ['2002::', 16],\n", ''],
  ),
  ...of(
    'src/net/target.ts',
    outgoing,
    ['plain http to anybody', "if (url.protocol !== 'https:') return 'scheme'", ''],
    ['names and words in URLs', "if (url.username || url.password) return 'credentials-in-url'", ''],
    ['hidden slashes below a base', 'if (/%2f|%5c/i.test(url.pathname)) return false', ''],
    ['a base ends anywhere', 'url.pathname.startsWith(folder)', 'url.pathname.startsWith(base.pathname)'],
    ['local names', ': !isLocalName(host)', ': true'],
  ),
  ...of('src/node/judged-lookup.ts', outgoing, ['one public address is enough', 'addresses.every(', 'addresses.some(']),
  ...of(
    'src/net/safe-fetch.ts',
    outgoing,
    ['credentials go anywhere', 'if (!base || !isWithin(url, base)) return', 'if (!base) return'],
    ['redirects to other origins', 'next && next.origin === from.origin ? next.href', 'next ? next.href'],
    ['answers without end', 'if (length > maxBytes) return undefined', ''],
    ['callers set Authorization', "headers.has('authorization') || ", ''],
  ),
  ...of(
    'src/node/mailer.ts',
    ['test/node/mailer.test.ts', 'test/stories/mail.test.ts'],
    ['mail in clear', "requireTLS: server.tls === 'starttls' &&", 'requireTLS: false &&'],
    ['Direct in clear', "connection.kind === 'direct' || ", '', 'test/stories/direct.test.ts'],
  ),
  ...of(
    'src/flows/delivery/direct.ts',
    ['test/stories/direct.test.ts'],
    ['by Direct without a consent', "if (wall === 'consent' && !allowed) return ok(undefined)", ''],
    ['by Direct to whom HIPAA does not bind', "?? (reader.isCovered ? undefined : 'consent')", ''],
  ),
  ...of(
    'src/flows/delivery/export-profile.ts',
    ['test/connectors/exports'],
    ['reports to a state of clients elsewhere', '|| stateOf(reading.value) !== profile.jurisdiction', ''],
  ),
  ...of(
    'src/flows/mail/parcel.ts',
    ['test/stories/direct.test.ts'],
    ['by Direct the papers of another client', 'if (others.length > 0 || whom !== clientId) return undefined', ''],
  ),
  ...of(
    'src/access/client-assertion.ts',
    tokens,
    ['an assertion for anybody', "if (typeof aud !== 'string' || !audiences.includes(aud)) return 'aud'", ''],
    ['an assertion that lives long', ' || exp > now + longestLife + clockSkew', ''],
    ['an assertion that has ended', ' || exp <= now - clockSkew', ''],
    ['an assertion of somebody else', '|| iss !== sub', ''],
    ['an assertion without jti', "if (!isText(jti)) return 'jti'", ''],
    ['an assertion with crit', "if ('crit' in header) return 'crit'", ''],
    ['an assertion not yet valid', "if (nbf !== undefined && (!isSeconds(nbf) || nbf > now + clockSkew)) return 'nbf'", ''],
    [
      'any signature',
      '  } catch {\n    return false\n  }\n}\n\nconst isText',
      '  } catch {\n    return true\n  }\n}\n\nconst isText',
    ],
  ),
  ...of(
    'src/access/jwks.ts',
    tokens,
    ['small keys', 'bits(n) >= 2048', 'bits(n) >= 512'],
    ['private keys are kept', 'if (objects.some((key) => privateMembers.some((member) => member in key)))', 'if (false)'],
    ['two keys of one name', 'fitting.length === 1 ? fitting[0] : undefined', 'fitting[0]'],
    ['keys for something else', "if (use !== undefined && use !== 'sig') return false", ''],
  ),
  ...of(
    'src/access/scope.ts',
    [...tokens, 'test/access', 'test/stories/audit.test.ts'],
    ['all that is asked is granted', 'granted.push(...narrowed(scope, allowed))', 'granted.push(scope.text)'],
    ['everything includes what is set apart', "(scope.type === '*' && !setApart.has(type))", "scope.type === '*'"],
  ),
  ...of('src/access/decide.ts', ['test/access'], ['whoever reads may update', "update: 'u'", "update: 'r'"]),
  ...of(
    'src/access/visible.ts',
    ['exits', 'fhir-visibility', 'break-glass'].map((name) => `test/stories/${name}.test.ts`).concat('test/store/sqlite.test.ts'),
    ['what is anybody’s opens in an emergency', 'return own === 0 && guard === 0', 'return true'],
    ['protected records for all', 'guard <= (visible.protectedRecords ? 1 : 0)', 'guard <= 1'],
    ['a roll for whoever may see one on it', 'patients.every(may)', 'patients.some(may)'],
  ),
  ...of(
    'src/flows/access/authenticate-client.ts',
    [...tokens, ...doors],
    ['inactive clients', 'if (!client?.active) return', 'if (!client) return'],
    ['keys from elsewhere', 'assertion.jku !== undefined && assertion.jku !== client.jwks_uri', 'false'],
    ['assertions used twice', 'key })) !== undefined) return notAuthenticated', 'key })) === "used") return notAuthenticated'],
  ),
  ...of(
    'src/flows/access/check-token.ts',
    [...tokens, ...doors],
    ['tokens of a client that was changed', '&& client.revision === kept.revision', ''],
  ),
  ...of(
    'src/http/authenticate.ts',
    doors,
    [
      "clients' tokens for operators",
      "if (isOperators(path)) return fail('unauthenticated', 'This needs the bearer token of an operator.')",
      '',
    ],
    [
      "operators' token for records",
      'return isOperators(path) || isShared(path) ? admin(c) : notForOperators',
      'return admin(c)',
    ],
    ['pages of others, without authentication', 'return here && ours', 'return here'],
    ['other hosts, without authentication', 'return here && ours', 'return ours'],
    ['tokens in URLs', "if (c.req.query('access_token') !== undefined)", 'if (false)'],
  ),
  ...of(
    'src/flows/delivery/deliver.ts',
    ['test/faults/delivery.test.ts', 'test/faults/partners.test.ts', 'test/stories/restored.test.ts'],
    ['lost attempts are forgotten', 'lost: one.inFlight,', 'lost: false,'],
    [
      'attempts without end',
      'if (delivery.attempts >= connection.retry.maxAttempts)',
      'if (false)',
      'test/stories/given-up.test.ts',
    ],
  ),
  ...of(
    'src/flows/delivery/send.ts',
    ['test/faults/delivery.test.ts', 'test/faults/partners.test.ts', 'test/connectors'],
    [
      'updates without If-Match',
      'JSON.stringify(next), remote.version, remote.text)',
      'JSON.stringify(next), undefined, remote.text)',
    ],
  ),
  ...of(
    'src/flows/mail/leads.ts',
    links,
    ['process notes by a link', 'if (isForNobody(labels)) return undefined', ''],
    ['a message is any organization’s', ' || organization !== undefined) return undefined', ') return undefined'],
    ['protected messages are for all whom they name', '!wantsRight(labels) || (yield* speaksFor(', 'true || (yield* speaksFor('],
    ['a minor has no word', '(wantsRight(labels) && legalStatusOn', '(false && legalStatusOn'],
    ['a referral is any organization’s', 'return isTheirs && isWork(referral)', 'return isWork(referral)'],
    ['a referral is anybody’s to confirm', 'return (yield* speaksFor(reader, referral.clientId, labels)) &&', 'return'],
    ['a consent is anybody’s to sign', 'return (yield* isGrantedBy(consent, reader)) ?', 'return true ?'],
    ['a consent outlives the authority to sign it', '.slice(0, 10))).length === 0', '.slice(0, 10))).length >= 0'],
  ),
  ...of(
    'src/flows/mail/open-link.ts',
    links,
    [
      'guesses without end',
      'if (!link || link.wrong >= mostWrongCodes || !leads) return gone',
      'if (!link || !leads) return gone',
    ],
    ['what was not shown is answered', 'if (before.value.tag !== given.tag)', 'if (false)'],
    ['a page outlives its code', 'if (link.code !== given.code) return gone', ''],
    [
      'pages stay open for ever',
      '{ tenant: ctx.principal.tenant, id: mail }, ctx.clock())',
      '{ tenant: ctx.principal.tenant, id: mail }, 0)',
    ],
    ['links tell without a consent', "leads.to !== 'work' || (yield* mayBeTold(leads, at))", 'true'],
  ),
  ...of(
    'src/flows/mail/told-referral.ts',
    links,
    ['who prints learns what they may not', '!seen(stored) || ', ''],
    ['unsafe numbers are handed on', 'withoutUntold(least, to.kind)', 'least'],
  ),
  ...of('src/flows/mail/link-code.ts', links, ['links to what is hidden', 'leadsTo(mail, seenBy(ctx))', 'leadsTo(mail)']),
  ...of(
    'src/flows/delivery/permission.ts',
    sending,
    ['process notes are sent', 'if (isForNobody(labels)) return', 'if (false) return'],
    [
      'payers are told of what was paid',
      "if (labels.has('HIPAASelfPay') && connection.kind === 'payer') return",
      'if (false) return',
    ],
    ['a consent that says no is not heard', 'if (forbids(consent, wanted, isWhollyRead(written))) return undefined', ''],
    ['what is labelled goes freely', "return wantsRight(labels) ? 'consent' : undefined", 'return undefined'],
  ),
  ...of(
    'src/flows/delivery/breaker.ts',
    ['test/flows/delivery/breaker.test.ts', 'test/flows'],
    ['partners in trouble are not left alone', 'if (failures < failuresToOpen) return', 'if (failures > 0) return'],
  ),
  ...of(
    'src/flows/delivery/backoff.ts',
    ['test/faults/delivery.test.ts', 'test/flows'],
    ['Retry-After is not heard', 'return askedMs + ', 'return '],
  ),
  ...of(
    'src/http/body.ts',
    doors,
    ['bodies without end', 'if (end > limit) return tooLarge(limit)', ''],
    ['any packing', "if (encoding !== 'identity' && encoding !== 'gzip')", 'if (false)'],
  ),
  ...of(
    'src/http/frame.ts',
    doors,
    ['URLs without end', 'if (url.length > limits.url)', 'if (false)'],
    ['paths in disguise', 'disguised.test(path) || ', ''],
  ),
  ...of(
    'src/fhir/scan.ts',
    ['test/fhir/exact.test.ts', 'test/http/limits.test.ts', ...doors],
    ['depth without end', 'if (++depth > maxDepth)', 'if (++depth > 100_000)'],
  ),
  ...of(
    'src/ccda/xml.ts',
    ['test/ccda', 'test/stories/documents-broken.test.ts'],
    ['document types', "throw new Refused('has a document type: not read, whatever it says')", ''],
  ),
  ...of(
    'src/hl7v2/message.ts',
    ['test/hl7v2', 'test/http/limits.test.ts'],
    ['messages without end', 'if (bytes.length > limit)', 'if (false)'],
  ),
  ...of(
    'src/fhir/patch/patch.ts',
    ['test/fhir/patch', 'test/http/limits.test.ts'],
    ['copies of copies', 'if (this.#copied > patchLimits.copied)', 'if (false)'],
  ),
  ...of('src/http/csv.ts', ['test/http/csv.test.ts'], ['formulas in tables', 'formula.test(text) ?', 'false ?']),
  ...of(
    'src/node/http-server.ts',
    ['test/faults/smuggling.test.ts'],
    ['two hosts', 'if (hostsOf(incoming as IncomingMessage) > 1)', 'if (false)'],
  ),
  ...of(
    'src/store/audit.ts',
    ['test/stories/audit-tampered.test.ts'],
    ['a time that was altered', ' || at !== timeIn(entry)', ''],
  ),
  ...of(
    'src/flows/audit/observed.ts',
    ['test/stories/audit.test.ts', 'test/stories/audit-complete.test.ts'],
    [
      'refusals leave no line',
      'if (first === undefined && (quiet || (isKept && !shows))) return',
      'if (first !== undefined || quiet || (isKept && !shows)) return',
    ],
  ),
  ...of(
    'src/flows/fhir/settle.ts',
    ['test/faults/linearizable.test.ts'],
    ['a version is changed twice', 'write.ifMatch !== String(live.version)', "write.ifMatch === ''"],
    ['what is deleted is changed by its last version', '(live === undefined || (', '(live !== undefined && ('],
  ),
]
