import type { ComponentChildren } from 'preact'

export type Column<Row> = {
  title: string
  /** In place of the title, such as a link that sorts. */
  head?: ComponentChildren
  sorted?: 'ascending' | 'descending' | undefined
  cell: (row: Row) => ComponentChildren
}

type TableProps<Row> = { label: string; columns: Column<Row>[]; rows: Row[]; keyOf: (row: Row) => string | number }

/** Rows under one another; on a phone each row is a card whose lines are named by `data-label`. */
export function Table<Row>({ label, columns, rows, keyOf }: TableProps<Row>) {
  return (
    <table aria-label={label} class="cards">
      <thead>
        <tr>
          {columns.map(({ title, head, sorted }) => (
            <th key={title} scope="col" aria-sort={sorted}>
              {head ?? title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell }) => (
              <td key={title} data-label={title}>
                <div>{cell(row)}</div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
