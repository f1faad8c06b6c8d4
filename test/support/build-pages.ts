import { preparePages } from '../../src/pages/build.ts'

/** Once before a run: the pages under test are those of the sources. */
export default async () => {
  await preparePages()
}
