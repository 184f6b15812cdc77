"""What kernels share: types, borders and schedules. Build time only."""
