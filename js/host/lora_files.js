import { api } from "../../../scripts/api.js";

/**
 * @returns {Promise<string[]>} the files of models/loras, as the host's own nodes list them; none where it cannot tell
 */
export async function loraFiles() {
  const response = await api.fetchApi("/models/loras");
  return response.ok ? await response.json() : [];
}
