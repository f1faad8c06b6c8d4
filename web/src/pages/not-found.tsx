import { Page } from '../parts/page.tsx'
import { t } from '../text/text.ts'

export function NotFound() {
  return (
    <Page title={t.notFound.title}>
      <p>{t.notFound.text}</p>
      <p>
        <a href="/">{t.common.startPage}</a>
      </p>
    </Page>
  )
}
