import { XMLParser } from 'fast-xml-parser'

/** An element without its namespace prefix. `text` is undefined if it holds anything but text, a comment included. */
export type XmlElement = {
  name: string
  attributes: Record<string, string>
  children: XmlElement[]
  text: string | undefined
}

/** Not well-formed, or with a document type, which CAS never sends. */
export class MalformedXml extends Error {}

type Node = Record<string, Node[] | string | Record<string, string>>

const MAX_DEPTH = 20
const DOCUMENT_TYPE = /<!(?:DOCTYPE|ENTITY)/i
const ENTITIES = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }))
const TEXT = '#text'
const CDATA = '#cdata'
const COMMENT = '#comment'
const ATTRIBUTES = ':@'

const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: true,
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  ignoreDeclaration: true,
  cdataPropName: CDATA,
  commentPropName: COMMENT,
  maxNestedTags: MAX_DEPTH,
})

/**
 * Parses XML of strangers: no document type, and no entities except the five of XML and character references.
 * @returns the root element
 * @throws MalformedXml
 */
export function parseXml(xml: string): XmlElement {
  if (DOCUMENT_TYPE.test(xml)) throw new MalformedXml('has a document type')
  const roots = nodesOf(xml)
    .map(elementOf)
    .filter(root => root !== undefined)
  const [root] = roots
  if (!root || roots.length > 1) throw new MalformedXml('has more or less than one root')
  return root
}

function nodesOf(xml: string): Node[] {
  try {
    return parser.parse(xml, true)
  } catch (cause) {
    throw new MalformedXml('is not well-formed', { cause })
  }
}

/** @returns undefined for text and comments */
function elementOf(node: Node): XmlElement | undefined {
  const [name] = Object.keys(node)
  if (name === undefined || [TEXT, CDATA, COMMENT].includes(name)) return undefined
  const content = node[name]
  if (!Array.isArray(content)) throw new MalformedXml('holds an element without content')
  return {
    name,
    attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
    children: content.map(elementOf).filter(child => child !== undefined),
    text: textOf(content),
  }
}

function textOf(content: Node[]): string | undefined {
  let text = ''
  for (const node of content) {
    const plain = node[TEXT]
    const [cdata] = Array.isArray(node[CDATA]) ? node[CDATA] : []
    if (typeof plain === 'string') text += decode(plain)
    else if (typeof cdata?.[TEXT] === 'string') text += cdata[TEXT]
    else return undefined
  }
  return text
}

function decode(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (_, reference: string) => {
    const character = ENTITIES.get(reference) ?? characterOf(reference)
    if (character === undefined) throw new MalformedXml('uses an unknown entity')
    return character
  })
}

function characterOf(reference: string): string | undefined {
  const [, decimal, hex] = /^#(?:(\d{1,7})|x([\da-fA-F]{1,6}))$/.exec(reference) ?? []
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  if (!(code <= 0x10ffff)) return undefined
  const character = String.fromCodePoint(code)
  return character.isWellFormed() ? character : undefined
}
