/** The narrative's XHTML. https://hl7.org/fhir/R4/narrative.html#xhtml */
import { expect, test } from 'vitest'
import { hasContent, hasOnlyFormatting, isXhtml } from '../../../src/fhir/validate/xhtml.ts'

const div = (inside: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inside}</div>`

test.each([
  div('plain'),
  div('<p>a<br/>b<br /></p>'),
  div('&lt; &amp; &#160; &#xA0; &nbsp;'),
  div('<!-- a < b & c --><b\n class = "x"\n>y</b >'),
  div('<a href="https://a.example/?x=1&amp;y=2">z</a>'),
  div('<table><tr><td colspan="2">a > b</td></tr></table>'),
  `<div xmlns='http://www.w3.org/1999/xhtml'/>`,
])('%s is well formed', (text) => expect(isXhtml(text)).toBe(true))

test.each([
  ['', 'empty'],
  ['plain', 'no element'],
  ['<p xmlns="http://www.w3.org/1999/xhtml">a</p>', 'another root'],
  ['<divx xmlns="http://www.w3.org/1999/xhtml">a</divx>', 'a root that begins like div'],
  ['<div>a</div>', 'no namespace'],
  ['<div xmlns="http://www.w3.org/2000/svg">http://www.w3.org/1999/xhtml</div>', 'another namespace'],
  [`${div('a')}${div('b')}`, 'two roots'],
  [`${div('a')} b`, 'text after the root'],
  [div('<p>a'), 'an element that stays open'],
  [div('<p>a</b>'), 'another element closed'],
  [div('a</p>'), 'an element closed that was not open'],
  [div('<br>'), 'HTML, not XHTML'],
  [div('<p class=x>a</p>'), 'no quotes'],
  [div('<p class="x>a</p>'), 'an open quote'],
  [div('<p class>a</p>'), 'no value'],
  [div('<p class="a" id>a</p>'), 'no value at the end'],
  [div('<p class="a"id="b">a</p>'), 'no space between attributes'],
  [div('<p class="a" class="b">a</p>'), 'the same attribute twice'],
  [`${div('a').slice(0, -6)}</div/>`, 'an end that is empty too'],
  [div('<p title="a<b">a</p>'), 'a tag in a value'],
  [div('a & b'), 'a bare ampersand'],
  [div('&amp'), 'an entity that does not end'],
  [div('<p title="a&b">a</p>'), 'a bare ampersand in a value'],
  [div('< p>a</p>'), 'a space in a tag'],
  [div('<!-- a'), 'a comment that does not end'],
  [div('<![CDATA[a]]>'), 'CDATA'],
  [div('<?php ?>'), 'a processing instruction'],
  [`<!DOCTYPE div>${div('a')}`, 'a declaration'],
  [div('</>'), 'a tag without a name'],
  [div('<'), 'the beginning of a tag'],
])('%s is not: %s', (text) => expect(isXhtml(text)).toBe(false))

test.each([
  '<script>a</script>',
  '<SCRIPT>a</SCRIPT>',
  '<form/>',
  '<iframe/>',
  '<object/>',
  '<p onload="a">b</p>',
  '<input/>',
  '<svg/>',
  '<style>a</style>',
  '<link/>',
  '<body/>',
])('%s is no formatting', (inside) => expect([isXhtml(div(inside)), hasOnlyFormatting(div(inside))]).toEqual([true, false]))

test('content is text or an image', () => {
  expect(['a', '<p>a</p>', '<img src="#a"/>', '&#160;'].filter((inside) => !hasContent(div(inside)))).toEqual([])
  expect(['', ' \n', '<p> </p>', '<!-- a -->', '<br/>'].filter((inside) => hasContent(div(inside)))).toEqual([])
})

test('a megabyte of tags, or of their beginnings, takes no longer than its length', () => {
  const attributes = Array.from({ length: 100_000 }, (_, n) => `a${n}=""`).join(' ')
  expect(isXhtml(div(`<p ${attributes}/>`))).toBe(true)
  for (const part of ['<p>', '<', '&', '<p a="', '<!--', '<p a="b" ', '</p>', '<p>a</p>']) {
    const text = div(part.repeat(100_000))
    expect(isXhtml(text)).toBe(part === '<p>a</p>')
  }
})
