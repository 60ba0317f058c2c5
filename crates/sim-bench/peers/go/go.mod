module simbench

go 1.19
