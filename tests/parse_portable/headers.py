# SPDX-License-Identifier: GPL-2.0-or-later
"""This module holds headers of our own writing on which the two front ends are compared."""

from __future__ import annotations

AGREED = {
    "packed after the brace": "struct s { char a; int b; } __attribute__((packed));",
    "attributes before the tag": """
        struct __attribute__((packed, aligned(4))) s { char a; int b; };
        union __attribute__((__aligned__(16))) u { char a; int b; };""",
    "attributes after the declarator": """
        struct s { char a; int b __attribute__((aligned(16))), c; short d __attribute__((packed));
                   int e[2] __attribute__((aligned(8))), *f __attribute__((aligned(32))); };""",
    "attributes among the specifiers": """
        struct s { char a; __attribute__((aligned(8))) int b, c; int __attribute__((packed)) d; };
        struct t { int * __attribute__((aligned(16))) p; int __attribute__((aligned(16))) *q; };""",
    "aligned typedefs": """
        typedef unsigned long long u64a __attribute__((aligned(4)));
        typedef __attribute__((aligned(16))) int i16;
        typedef struct { int a; } q_t __attribute__((aligned(32)));
        struct s { char c; u64a x; i16 y; q_t q; };""",
    "typedefs that name a body": """
        typedef struct { char c; long l; } __attribute__((packed)) p_t;
        typedef union { int a; short b; } un_t, un_t2[2];
        typedef enum { A, B } en_t;
        typedef enum tagged { C } tg_t;
        struct s { p_t p; un_t u[2]; en_t e; tg_t t; };""",
    "bare aligned": """
        struct s { char a; int b __attribute__((aligned)); } __attribute__((__aligned__));""",
    "alignments to compute": """
        struct s { char a __attribute__((aligned(2 * sizeof(long))));
                   char b __attribute__((aligned(__alignof__(long long))));
                   char c __attribute__((aligned(1 << 3))); };""",
    "nested records and enums": """
        struct s { struct { int a; union { int b; char c; }; } x;
                   union { long l; struct t { int q; } tt; }; struct u { int z; } v[3], *w;
                   enum e { E1, E2 } e; enum { F1 = 3 } f; };
        struct only { struct declared { int a; }; int x; enum here { H }; };""",
    "nameless packed records": """
        struct s { char a; struct { char b; int c; } __attribute__((packed));
                   struct { char d; int e; } __attribute__((packed)) named; };""",
    "bit-fields": """
        enum { W = 3 };
        struct s { unsigned a:3, b:5; int :0; unsigned long long c:40;
                   signed int d:1 __attribute__((packed)); int : 4; _Bool g:1; unsigned h : W + 1;
                   unsigned i : sizeof(int); };""",
    "arrays": """
        enum { N = 4 };
        struct s { char a[N][2*N+1]; int b[0]; char c[sizeof(long)]; char *p[3]; char (*q)[4];
                   int flex[]; };
        typedef int arr[4]; typedef arr arr2[2]; struct t { arr a; arr2 b; };""",
    "pointers to functions": """
        struct s { int (*f)(int, char *, const struct s *, ...); void (*g[2])(void);
                   int *(*h)(int (*)(long), char [4]); void (*i)(); };
        typedef int fn(int); typedef void (*fp)(fn *); struct t { fn *a; fp b; };""",
    "qualifiers": """
        struct s { const char *a; char *const b; const volatile int c;
                   volatile struct s *volatile d; char * restrict e; const char *const *f;
                   int *__restrict g; __const int h;
                   __volatile__ int i; int const j; struct t const *k; };""",
    "scalars in every spelling": """
        struct s { unsigned char a; signed char b; char c; short int d; unsigned short e;
                   long unsigned int f; long long g; unsigned long long int h; float i; double j;
                   _Bool l; signed m; unsigned n; long int o; int unsigned p;
                   __signed__ char q; };""",
    "pragma pack": """
#pragma pack(1)
        struct a { char x; int y; };
#pragma pack()
        struct b { char x; int y; };
#pragma pack(push, 2)
        struct c { char x; int y; };
#pragma pack(push)
#pragma pack(4)
        struct d { char x; long long y; };
#pragma pack(pop)
        struct e { char x; int y; };
#pragma pack(pop)
        struct f { char x; int y; };""",
    "enums": """
        enum e { A, B = 5, C, D = -1, E, F = 1 << 4, G = 'a', H = A + B, I = (B > 3) ? 7 : 9,
                 J = ~0, K = 0x7fffffff };
        enum f { L = (int)3.0 , M = (unsigned char)300, N = (signed char)200,
                 O = (int)(unsigned short)-1, P = -7 / 2, Q = -7 % 3, R = 1 << 31,
                 S = (unsigned)-1 > 0, T = '\\x41', U = '\\n', V = 07, W = !3,
                 X = 5 & 6 | 1 ^ 3 };""",
    "enums wider than int": """
        enum e { A = 0xffffffff, B = 1ULL << 40, C = -1LL };
        enum u { U = 0xffffffffU };
        enum v { V = 0x8000000000000000ULL };
        enum w { X = 1, Y = 0x80000000, Z = Y + 1 };""",
    "attributes of enums": """
        enum e { A, B } __attribute__((packed));
        enum __attribute__((packed)) f { C };
        enum g { D __attribute__((deprecated)), E __attribute__((unused)) = 4, F };
        struct s { enum e x; enum f y; };""",
    "_Alignas": "struct s { char c; _Alignas(8) char d; _Alignas(long) char e; };",
    "vectors": """
        typedef int v4 __attribute__((vector_size(16)));
        typedef unsigned char v16 __attribute__((vector_size(4 * 4)));
        struct s { char c; v4 v; v16 w; };""",
    "machine modes": """
        typedef int di __attribute__((mode(DI)));
        typedef unsigned int qi __attribute__((__mode__(__QI__)));
        typedef unsigned hi __attribute__((mode(HI)));
        typedef unsigned w __attribute__((mode(word)));
        struct s { qi a; di b; hi c; w d; int e __attribute__((mode(DI))); };""",
    "typeof a type": """
        struct t { int q; };
        struct s { __typeof__(int) a; typeof(struct t) b; __typeof__(char *) d; };""",
    "static assertions": """
        _Static_assert(sizeof(int) == 4, "int");
        struct s { int a; _Static_assert(1, "x"); int b; };""",
    "extension and asm": """
        __extension__ typedef long long ll;
        __extension__ struct s { __extension__ long long a; __extension__ union { int b; }; };
        int foo(int) __asm__("bar");
        extern int v __asm("vv") __attribute__((visibility("hidden")));""",
    "bodies and initialisers": """
        static inline __attribute__((always_inline)) int f(int x)
        { struct hidden { int z; } h; h.z = x; return ({ int y = h.z; y; }); }
        static __inline__ void g(void) { __asm__ volatile("nop" ::: "memory"); for (;;) ; }
        static const char *names[] __attribute__((unused)) = { "a", "b{", '}' ? "c" : "d" };
        static int z = 3, y[2] = {1, 2};
        struct s { int a; } v = { .a = 3 };""",
    "one declaration, many declarators": """
        struct s { int a, *b, c[3], (*d)(int); } x, *y;
        struct fwd; struct t { struct fwd *p; struct t *n; }; struct fwd { struct t t; };""",
    "a group of members by macro": """
#define GROUP(TAG, NAME, ATTRS, MEMBERS...) \\
        union { struct { MEMBERS } ATTRS; struct TAG { MEMBERS } ATTRS NAME; } ATTRS
        struct s { GROUP(tg, hdr, __attribute__((packed)), char a;
                         int b;
                         short c;); int d; };""",
    "macros that paste, quote and take any number": """
#define P(a,b) a##b
#define S(x) #x
#define PP(a,b) P(a,b)
#define N 3
        struct P(fo,o) { int P(a,N); int PP(a,N); char s[sizeof(S(hello N))]; };
#define E(n, ...) enum n { __VA_ARGS__ }
#define F(n, args...) E(n, ##args)
        E(a, A1, A2 = 4); F(b, B1);""",
    "macros that name themselves": """
#define foo foo
#define bar baz
#define baz bar
        enum { foo = 3, bar = 4 };
        struct s { int a[foo]; };""",
    "conditions": """
#if (2 || 1/0) && (1 ? 2 : 0) == 2 && 'a' == 97 && -1 > 0u && 0xffffffffffffffff == -1
        struct a { int q; };
#endif
#if UNKNOWN == 0 && 10L >= 3ULL && defined __has_include && !defined(__has_nothing)
        struct b { int q; };
#elif 1
        struct c { int q; };
#else
#error not here
#endif
#ifdef __LP64__
        struct d { int q; };
#endif""",
    "comments and lines that go on": """
        struct s { /* a { ; */ int a; // b ; }
                   int c\\
c; };
#define X 1 + \\
              2
        enum { Y = X };""",
    "attributes that do not bear on layout": """
        struct s { int a; int b __attribute__((__deprecated__("use a")));
                   int c __attribute__((unused, aligned(8), may_alias));
                   int d[] __attribute__((counted_by(a))); };
        typedef union { void *p; long l; } __attribute__((__transparent_union__)) tu;
        struct __attribute__((ms_struct)) m { char a; int b; };""",
    "empty records": "struct s { }; struct t { struct s a; int b; };",
    "a body without its last semicolon": "struct s { int a; int b }; struct t { struct s a };",
}
"""Headers that both front ends read alike under every ABI."""

MEASURED = {
    "sizes of records": """
        struct t { char a; long long b; }; typedef struct t tt; union v { char a; int b; };
        struct s { char x[sizeof(struct t)]; char y[64 - sizeof(tt) - sizeof(void *)];
                   char z[sizeof("abc")]; char w[sizeof(struct t *) * 2]; char v[sizeof(int [3])];
                   char u __attribute__((aligned(sizeof(union v)))); };""",
    "offsets": """
        struct t { char a; long long b; int c; unsigned d:3; short e; } __attribute__((aligned(8)));
        struct s { char w[sizeof(((struct t *)0)->b)]; char x[__builtin_offsetof(struct t, b)];
                   char y[(unsigned long)&((struct t *)0)->c];
                   char z[__builtin_offsetof(struct t, e)]; };""",
}
"""Headers that both read alike where libclang's own layout is right."""

DIFFERING = {
    "typeof a typedef": (
        "typedef int mine; struct s { typeof(mine) c; };",
        {("struct s.c", "type")},
        "libclang gives the type a typeof stands for without its typedefs",
    ),
    "typeof an expression": (
        "extern int zz; struct s { typeof(zz) a; };",
        {("struct s.a", "type"), ("struct s.a", "spelling")},
        "pycparser's tree has no types of expressions: the member is undecided",
    ),
    "the pragma operator": (
        '_Pragma("pack(1)") struct s { char a; int b; }; _Pragma("pack()")',
        {("struct s", "pack"), ("struct s", "undecided")},
        "libclang does not tell packings: they are read off the text, where this is no directive",
    ),
    "a packing under a condition": (
        "#if 1\n#pragma pack(1)\n#endif\nstruct s { char a; int b; };\n#pragma pack()\n",
        {("struct s", "pack"), ("struct s", "undecided")},
        "so do packings under conditions: the record is undecided",
    ),
    "a pointer to a body named by its typedef": (
        "typedef struct { int b; } bt, *bp;",
        {("bp", "pointer to")},
        "clang spells such a struct 'struct bt'",
    ),
}
"""(header, differences, reason)."""

ERRORS = {
    "an unknown type": "struct s { u32 n; }; struct t { int a; };",
    "an undeclared bound": "struct s { int n[NOPE]; }; struct t { int a; };",
    "an incomplete member": "struct s { struct nope n; }; struct t { int a; };",
    "a missing header": "#include <nope.h>\nstruct t { int a; };",
    "an error directive": "#error no good\nstruct t { int a; };",
    "a missing semicolon": "struct t { int a; };\nint a\nint b;\n",
    "a record defined twice": "struct s { int a; }; struct s { int b; }; struct t { int a; };",
    "an enumerator defined twice": "enum { A }; enum { A }; struct t { int a; };",
    "a typedef with two meanings": "typedef int a; typedef long a; struct t { int a; };",
    "a failing assertion": '_Static_assert(1 == 2, "no"); struct t { int a; };',
    "a failing assertion in a record": """struct t { int a; };
        struct s { int a; _Static_assert(sizeof(struct t) == 5, "no"); int b; };""",
    "a negative bound": "struct s { char a[-1]; }; struct t { int a; };",
    "a negative width": "struct s { int a : -1; }; struct t { int a; };",
    "an unfinished condition": "struct t { int a; };\n#if 1\n",
    "an unfinished comment": "struct t { int a; };\n/* to the end\n",
    "a missing operand": "#if 1 +\n#endif\nstruct t { int a; };",
    "a missing argument": "#define F(a, b) a\nint x = F(1);\nstruct t { int a; };",
}
"""Headers that both find fault with; each declares struct t all the same."""
