import { expect } from 'vitest'

export async function scrape(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(response.status).toBe(200)
  return await response.text()
}

/** @param series with its labels, such as `latchkey_sign_ins_total{way="password",outcome="success"}` */
export function valueIn(scraped: string, series: string): number {
  const line = scraped.split('\n').find(each => each.startsWith(`${series} `))
  if (!line) throw new Error(`no series ${series}`)
  return Number(line.slice(series.length))
}
