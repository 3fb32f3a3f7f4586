import type { Oracle } from '../workload/oracle.ts'
import type { UploadSource } from '../workload/upload-source.ts'

/** The data of one client, and what it must get back for them. */
export interface ClientWork {
  openUpload(iteration: number): UploadSource
  createOracle(): Oracle
}
