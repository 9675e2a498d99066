/** The roles as options, each with what it may. */
export function RoleOptions() {
  return (
    <>
      <option value="viewer">Viewer: reads</option>
      <option value="operator">Operator: changes what is watched</option>
      <option value="admin">Admin: changes everything</option>
    </>
  )
}
