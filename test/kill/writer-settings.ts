/** Small, so that parts are sealed while writers are killed. */
export const SEAL_BYTES = 400 * 1024;
