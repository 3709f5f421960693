import { app } from 'electron'

interface GpuDevice {
  vendorId?: number
  deviceId?: number
  driverVersion?: string
}

/** Graphics processors and their drivers as Chromium knows them; empty where it does not. */
export async function graphicsDriver(): Promise<string> {
  try {
    const { gpuDevice = [] } = (await app.getGPUInfo('basic')) as { gpuDevice?: GpuDevice[] }
    return gpuDevice
      .map(({ vendorId, deviceId, driverVersion }) => [vendorId, deviceId, driverVersion ?? ''].join(':'))
      .join(' ')
  } catch {
    return ''
  }
}
