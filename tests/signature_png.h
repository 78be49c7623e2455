/* A signature as a telephone posts it: 220 x 70, a zigzag. */
#define SIGNATURE_PNG                                                                              \
	"data:image/png;base64,"                                                                   \
	"iVBORw0KGgoAAAANSUhEUgAAANwAAABGCAYAAACnp/qkAAABiElEQVR42u3cwRWDMAwEUffftJNHDURSVv8wBUzC" \
	"7AEw5957ANTgRwAEBwgOgOAAwQEQHCA4QHAABAcIDoDgAMEBgtsk/FU+jzZfvoIr+0O2XIR8BTfmD9lwIfKd5Su4" \
	"8IuQ7yxfwYVfiHxn+e69W7ToIuQ7x3f3LVrrz3dycNaQL9/i4KwhX74NwVlDvnyLg7OGfPk2BGcN+fL90V1Ka8iX" \
	"b8NjAWvIl2/xczhryJdvw4Nva8iXb/GbJtaQL9+GV7usIV++xe9SWkO+fBteXraGfPkWnxawhnwdcG04nmMN+Sb7" \
	"jjwPZw35pvqOPoBq/fmm+Y4/8W39+a78yoA15Mt32TdNrD9fwVlDvnyzg7P+fAVnDfnyzQ/O+vMVnDXkyzc/OOvP" \
	"V3DWkC/f/OCsP1/BWUO+fPODs/58BWcN+fLND8768xWcNeTLNz+4N749wZev4Aq/PcGXr+AKvz3Bl6/gCr89wZev" \
	"4ACvdgEQHCA4QHAABAcIDoDgAMEBEBwgOEBwAAQH/C0f3BAPYygHnoQAAAAASUVORK5CYII="

/* Another hand: a wave. */
#define OTHER_SIGNATURE_PNG                                                                        \
	"data:image/png;base64,"                                                                   \
	"iVBORw0KGgoAAAANSUhEUgAAANwAAABGCAAAAACCzKV4AAABTUlEQVR42u2ayxKDIBAE+/9/2pxy"             \
	"S7SGnZXVGm550JlGoQwsx4sbkYtc5CIXuchFLnKRe5Ac3+aOZeFiiWC2c3ExZXDq2bjUMvx+UXfz"             \
	"cKlk+Bup6ObiYsrw853dXGwZPHZWLr4MDjsvF2OGup2ZuyqnfrCFizVD0c7NxZuhZGfn4psY5YXb"             \
	"zsU8wIVL5+fizrBs18DFnmF18jdwI6f+AHS46VwaMqyMcQs3cjqcEVxaMkzhdoVgArcnw4iBOHjx"             \
	"LayAedjio8gNWd6VDpGb9Egl3fB9blsfsiM37g+oNJ073bZtSShykzZ9lJ60XrhN24CK3KiNVqUz"             \
	"zW4btt4VuWGHG0p/ut3uPu5S5MYdKCoM+t3uPGI+l6Mhw33FAVdy08svTrnXcrMLZ065V3OOppqn"             \
	"HaVUnHz98Lb7uSlJjFzkIhe5yEUucpGLnKt9AGhct2qRrYKqAAAAAElFTkSuQmCC"
