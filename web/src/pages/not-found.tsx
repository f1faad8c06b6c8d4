import { Page } from '../parts/page.tsx'
import { t } from '../text/text.ts'

export const NotFound = () => (
  <Page title={t.notFound.title}>
    <p>{t.notFound.text}</p>
    <p>
      <a href="/">{t.common.startPage}</a>
    </p>
  </Page>
)
