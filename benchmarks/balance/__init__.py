"""Does each region hold what its prompt says? Layouts with known answers, scored analytically."""
