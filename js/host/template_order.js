/**
 * Put a pack's templates in the order of their names: the page lists them as the server's disk happens to, so that the
 * first lesson may come fourth.
 *
 * @param {{getWorkflowTemplates?: () => Promise<Record<string, string[]>>}} api the page's; pages without that method
 *   keep their order
 * @param {string} pack the name of its folder
 */
export function orderTemplates(api, pack) {
  const fromServer = api.getWorkflowTemplates;
  if (!fromServer) return;
  api.getWorkflowTemplates = async function () {
    const templates = await fromServer.call(this);
    const own = templates?.[pack];
    return own ? { ...templates, [pack]: own.toSorted() } : templates;
  };
}
