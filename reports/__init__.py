"""What people see and read about regions and attention: pictures and sentences, apart from any host."""
