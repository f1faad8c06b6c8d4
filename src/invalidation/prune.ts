/**
 * SQLite only: drops invalidations over an hour old from among the $1 oldest rows, so that one run is short whatever the
 * size of the table; run it again while it changes as many rows as it was allowed. The newest row stays, as it tells the
 * readers their position. A reader that missed pruned rows takes everything for changed.
 */
export const pruneInvalidations = `
  DELETE FROM Invalidations
  WHERE id IN (SELECT id FROM Invalidations ORDER BY id LIMIT $1)
    AND id < (SELECT max(id) FROM Invalidations)
    AND datetime(createdAt) < datetime('now', '-1 hour')`
